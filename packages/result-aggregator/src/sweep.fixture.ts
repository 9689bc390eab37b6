import type { SweepJob, SweepPlan } from '@reprise/matrix-generator'
import { buildResult } from './measure/build-result.ts'
import type { JobEvidence } from './result/job-evidence.ts'
import { identityOfJob } from './result/job-identity.ts'
import type { Result } from './result/result.ts'
import { lanesLoad, okRecord, runHeader, unansweredRecord } from './run.fixture.ts'

/** An agentic job of two lanes and two seconds. `n` makes it another point. */
export function sweepJob(n = 1, changes: Partial<SweepJob> = {}, row: SweepJob['row'] = {}): SweepJob {
  return {
    schema: 'sweep-job/1',
    id: n.toString(16).padStart(16, '0'),
    name: `tiny_tp1_conc2_kvnone-${n}`,
    configKey: 'tiny-fp8-h100-vllm',
    epoch: 'aug2026',
    gpus: 2,
    row: {
      image: 'example/vllm:v1',
      model: 'acme/model-7b',
      precision: 'fp8',
      framework: 'vllm',
      runner: 'cluster:h100-lab',
      tp: 2,
      'kv-offload-backend': { name: 'native' },
      conc: 2,
      duration: 2,
      'scenario-type': 'agentic-coding',
      ...row,
    },
    profile: 'h100-lab',
    runsOn: ['self-hosted'],
    timeoutMinutes: 60,
    debugTrace: false,
    ...changes,
  }
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
  const { image, ...deployment } = identityOfJob(job)
  const identity = {
    model: String(job.row.model),
    engine: { name: 'vllm', version: '0.32.0', ...(image !== undefined && { image }) },
    ...deployment,
  }
  const lanes = typeof job.row.conc === 'number' ? job.row.conc : 2
  const durationMs = typeof job.row.duration === 'number' ? job.row.duration * 1_000 : 2_000
  const header = runHeader(lanesLoad({ lanes, until: { kind: 'window', durationMs } }), { identity })
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

export const nothingLeft: JobEvidence = { results: [], logTail: [], unreadable: [] }
