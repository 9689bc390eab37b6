import type { PlannedJob } from '../job/planned-job.ts'
import { rowOf } from '../job/row-of.ts'
import type { SweepJob } from '../job/sweep-job.ts'

/** One node with one GPU. */
export const oneGpu = { kind: 'single', tp: 1, pp: 1, dcpSize: 1, pcpSize: 1, ep: 1, dpAttn: false } as const

/** An agentic window of an hour without offloading. */
export const agenticHour = {
  kind: 'agentic-coding',
  durationS: 3_600,
  offloading: { tier: 'none' },
  totalCpuDramGb: 0,
} as const

/** An agentic job of one agent on one GPU, with these values instead. */
export function plannedJobWith(changes: Partial<PlannedJob> = {}): PlannedJob {
  return {
    image: 'example/server:v1',
    model: 'acme/tiny',
    modelPrefix: 'tiny',
    precision: 'fp8',
    framework: 'other',
    runner: 'cluster:lab',
    specDecoding: 'none',
    topology: oneGpu,
    scenario: agenticHour,
    concurrencies: [1],
    name: 'tiny_tp1_conc1_kvnone',
    disagg: false,
    evaluation: {},
    ...changes,
  }
}

/** A job of a sweep as the planner would hand it out: its row is that of its job. */
export function sweepJobWith(
  job: Partial<PlannedJob> = {},
  changes: Partial<Omit<SweepJob, 'job' | 'row'>> = {},
): SweepJob {
  const planned = plannedJobWith(job)
  const { epoch = 'aug2026' } = changes
  return {
    schema: 'sweep-job/2',
    id: '0123456789abcdef',
    name: 'tiny_conc1',
    configKey: 'tiny',
    epoch,
    gpus: 1,
    job: planned,
    row: rowOf(planned, epoch),
    profile: 'lab',
    runsOn: ['x'],
    timeoutMinutes: 60,
    debugTrace: false,
    ...changes,
  }
}

/** The same sweep job doing something else: its row follows. */
export function doing(sweepJob: SweepJob, job: Partial<PlannedJob>): SweepJob {
  const planned = { ...sweepJob.job, ...job }
  return { ...sweepJob, job: planned, row: rowOf(planned, sweepJob.epoch) }
}
