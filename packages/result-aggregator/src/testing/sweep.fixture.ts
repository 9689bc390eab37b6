import type { PlannedJob, SweepJob, SweepPlan } from '@reprise/matrix-generator'
import { agenticHour, oneGpu, sweepJobWith } from '@reprise/matrix-generator/fixtures'
import { buildResult } from '../measure/build-result.ts'
import type { JobEvidence } from '../result/job-evidence.ts'
import { identityOfJob, windowOfJob } from '../result/job-identity.ts'
import type { Result } from '../result/result.ts'
import type { Identity } from '../result/run-header.ts'
import { lanesLoad, okRecord, runHeader, unansweredRecord } from './run.fixture.ts'

/** An agentic job of two lanes and two seconds. `n` makes it another point. */
export function sweepJob(n = 1, changes: Partial<SweepJob> = {}, job: Partial<PlannedJob> = {}): SweepJob {
  return sweepJobWith(
    {
      image: 'example/vllm:v1',
      model: 'acme/model-7b',
      framework: 'vllm',
      runner: 'cluster:h100-lab',
      topology: { ...oneGpu, tp: 2 },
      scenario: lasting(2),
      concurrencies: [2],
      ...job,
    },
    {
      id: n.toString(16).padStart(16, '0'),
      name: `tiny_tp1_conc2_kvnone-${n}`,
      configKey: 'tiny-fp8-h100-vllm',
      gpus: 2,
      profile: 'h100-lab',
      runsOn: ['self-hosted'],
      ...changes,
    },
  )
}

/** An agentic window of so many seconds. */
export function lasting(durationS: number): PlannedJob['scenario'] {
  return { ...agenticHour, durationS }
}

export function sweepPlan(...jobs: readonly SweepJob[]): SweepPlan {
  return { schema: 'sweep-plan/1', jobs: [...jobs] }
}

/** A result of that job: `ok` requests that ended well, `failed` ones that did not. Its short window makes it indicative. */
export function resultOf(
  job: SweepJob,
  {
    ok = 20,
    failed = 0,
    ended = 'window',
  }: { ok?: number; failed?: number; ended?: Result['completeness']['ended'] } = {},
): Result {
  const lanes = job.job.concurrencies[0]!
  const durationMs = windowOfJob(job)! * 1_000
  const header = runHeader(lanesLoad({ lanes, until: { kind: 'window', durationMs } }), { identity: measuredAs(job) })
  const good = Array.from({ length: ok }, (_, i) => okRecord({ id: `0.0.0.${i}`, turn: i }))
  const bad = Array.from({ length: failed }, (_, i) =>
    unansweredRecord({ kind: 'failed', class: 'connect', message: 'refused' }, { id: `1.0.0.${i}`, turn: i }),
  )
  return buildResult({
    header,
    phases: [{ phase: 'profiling', startMs: 500, endMs: 2_500 }],
    records: [...good, ...bad],
    ended: ended === 'killed' ? undefined : ended,
  })
}

/** What a result says that it measured, where it is of that job. */
export function measuredAs(job: SweepJob): Identity {
  const { image, ...deployment } = identityOfJob(job)
  const engine = { name: 'vllm', version: '0.32.0', ...(image !== undefined && { image }) }
  return { model: job.job.model, engine, ...deployment }
}

export const nothingLeft: JobEvidence = { results: [], logTail: [], unreadable: [] }
