import type { RequestRecord } from '@reprise/replay-engine'
import { RampMeasure } from '../measure/ramp-measure.ts'
import { RunMeasure, type RunOutcome } from '../measure/run-measure.ts'
import type { AttemptBreak } from '../result/attempt-break.ts'
import { type Fidelity, fidelityFacts } from '../result/fidelity.ts'
import type { Slo } from '../result/goodput.ts'
import type { Limits } from '../result/limits.ts'
import type { Result } from '../result/result.ts'
import { type ToldFacts, tellResult } from '../result/tell-result.ts'
import { worstHealth } from '../result/worst-health.ts'
import { auditedPlan, auditedRecords, type OnWait } from './audited-records.ts'
import { CutRequests } from './cut-requests.ts'
import { readFidelity } from './read-fidelity.ts'
import { readRun, type StoredRun } from './read-run.ts'
import { readPower, readServerMetrics } from './read-server-metrics.ts'
import { StoredPlans } from './stored-plans.ts'

export interface BuildOptions {
  readonly limits?: Limits
  /** Other objectives than the run was told. */
  readonly slo?: Slo
  /** Facts of the deployment that it was not told. */
  readonly told?: ToldFacts
  /** Who builds many gives one to all. */
  readonly plans?: StoredPlans
  /** Sees what the result is built from. */
  readonly witness?: Witness | undefined
}

/** Sees each record that counts, once it is found to be possible; and how late what was sent was due. */
export interface Witness {
  add(record: RequestRecord): void
  readonly onWait: OnWait
}

/**
 * The result of a run, every number computed anew from the header, phases and records in its folder. A run that was killed gives
 * the result of the part that ran, one that was resumed the result of all its attempts together; both say so in their validity.
 * Nothing is written; `saveResult` does that.
 *
 * @throws RunFolderError when the folder holds no readable run, or one that cannot have happened.
 */
export async function buildRun(
  folder: string,
  { limits, slo, told = {}, plans = new StoredPlans(), witness }: BuildOptions = {},
): Promise<Result> {
  const stored = await readRun(folder)
  const { run, phases, breaks } = stored
  const { ended, ...header } = run
  const plan = await auditedPlan(folder, stored, plans)
  const measure = new RunMeasure({ header, phases, plan, slo })
  const ramp = new RampMeasure({ header, phases, plan, slo })
  const cut = await cutRequests(stored)
  let unreadableLines = breaks.reduce((sum, one) => sum + one.unreadableLines, 0)
  const onTorn = () => {
    unreadableLines += 1
  }
  let records = 0
  for await (const record of auditedRecords(folder, stored, { plan, onTorn, onWait: witness?.onWait })) {
    if (cut.has(record)) continue
    measure.add(record)
    ramp.add(record)
    witness?.add(record)
    records += 1
  }
  const fidelity = await readFidelity(folder)
  const server = await readServerMetrics(folder, { load: run.plan.load, phases })
  const outcome: RunOutcome = {
    server: server?.result(),
    power: await readPower(folder, { load: run.plan.load, phases }),
    ended: ended?.reason,
    stoppedBy: ended?.stoppedBy,
    precision: ended?.precision,
    engineModel: ended?.engineModel,
    health: worstHealth([...breaks.map(({ clientHealth }) => clientHealth), ended?.clientHealth]),
    unreadableLines,
    resumed: resumedOf(breaks, cut.count),
    limits,
    ...(fidelity && isOf(fidelity, { planDigest: run.plan.digest, records }) && { fidelity: fidelityFacts(fidelity) }),
  }
  const steps = ramp.result(outcome)
  return tellResult({ ...measure.result(outcome), ...(steps && { steps }) }, told)
}

/** One that was made of other records says nothing about these. */
function isOf({ of }: Fidelity, { planDigest, records }: NonNullable<Fidelity['of']>): boolean {
  return of?.planDigest === planDigest && of.records === records
}

/** Only a resumed run can have any, and is read once more for it. */
export async function cutRequests({ breaks, records }: StoredRun): Promise<CutRequests> {
  const cut = new CutRequests()
  if (breaks.length > 0) for await (const record of records()) cut.add(record)
  return cut
}

function resumedOf(breaks: readonly AttemptBreak[], cutRequests: number): Result['completeness']['resumed'] {
  if (breaks.length === 0) return undefined
  return {
    attempts: breaks.length + 1,
    breaks: breaks.map(({ attempt, atMs, startedAt, after }) => ({
      attempt,
      atMs,
      ...(startedAt !== undefined && { startedAt }),
      after,
    })),
    cutRequests,
  }
}
