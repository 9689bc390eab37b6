import { basename, resolve } from 'node:path'
import type { SweepJob } from '@reprise/matrix-generator'
import type { ExportedRun } from '../export/run/exported-run.ts'
import { publishedIdentity, type SaidIdentity } from '../export/run/published-identity.ts'
import { plausibleUsage } from '../measure/plausible-usage.ts'
import { treeShapes } from '../measure/tree-shapes.ts'
import type { Slo } from '../result/goodput.ts'
import { auditedPlan } from '../run-folder/audited-records.ts'
import { buildRun, cutRequests } from '../run-folder/build-run.ts'
import { readRun } from '../run-folder/read-run.ts'
import { serverMetricsLines } from '../run-folder/read-server-metrics.ts'
import { StoredPlans } from '../run-folder/stored-plans.ts'

/** What a run does not know of itself and whoever exports it may say, and the objectives to count by instead of what it was told. */
export interface SaidOfRun {
  readonly job?: SweepJob | undefined
  readonly said?: SaidIdentity | undefined
  readonly slo?: Slo | undefined
}

/** The run in a folder, as others are told of it. @throws RunFolderError when the folder holds no readable run. */
export async function exportedRunOf(
  folder: string,
  { job, said, slo }: SaidOfRun = {},
  plans = new StoredPlans(),
): Promise<ExportedRun> {
  const stored = await readRun(folder)
  const result = await buildRun(folder, { plans, ...(slo && { slo }) })
  const plan = await auditedPlan(folder, stored, plans)
  const cut = await cutRequests(stored)
  const lines = await serverMetricsLines(folder)
  return {
    name:
      basename(resolve(folder))
        .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
        .replace(/^[.-]+/, '') || 'run',
    result,
    identity: publishedIdentity(result, { job, said }),
    shapes: treeShapes(plan),
    blockSize: plan.blockSize,
    ...(lines && { server: { phases: stored.phases, lines } }),
    async *records() {
      for await (const record of stored.records()) if (!cut.has(record)) yield plausibleUsage(record)
    },
  }
}
