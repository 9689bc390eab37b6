/**
 * How fast the results of a sweep are collected: so many jobs, each with a run of 100 requests whose result is computed again and compared, from the disk.
 *
 *   npm run bench:collect -- [--jobs 500]
 *
 * Budget: 3 s for 500.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { collectSweep } from '@reprise/result-aggregator'
import { leaveDone } from '../packages/result-aggregator/src/testing/job-run.fixture.ts'
import { sweepJob, sweepPlan } from '../packages/result-aggregator/src/testing/sweep.fixture.ts'
import { benchFlags } from './bench-flags.ts'
import { stopwatch } from './stopwatch.ts'

const { flags } = benchFlags(import.meta, { jobs: { type: 'string', default: '500' } })
const parent = mkdtempSync(join(tmpdir(), 'reprise-collect-'))
try {
  const jobs = Array.from({ length: Number(flags.jobs) }, (_, i) => sweepJob(i + 1))
  for (const job of jobs) await leaveDone(parent, job, { ok: 100 })
  const collecting = stopwatch()
  const { totals } = await collectSweep(sweepPlan(...jobs), parent)
  const { wallS, cpuS } = collecting()
  process.stdout.write(`${totals.done} of ${totals.jobs} jobs done\n`)
  process.stdout.write(`collected in ${wallS.toFixed(2)} s (budget 3 s), ${cpuS.toFixed(2)} s of it computing\n`)
} finally {
  rmSync(parent, { recursive: true, force: true })
}
