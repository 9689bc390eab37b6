import { onAbort } from '../clock/on-abort.ts'
import { sleepUntil } from '../clock/sleep-until.ts'
import { PlanError } from '../plan/plan-error.ts'
import { ClosedLoad } from './closed-load.ts'
import { OpenLoad } from './open-load.ts'
import type { ReplayOptions, ReplaySummary } from './replay-options.ts'
import { Run } from './run.ts'

/**
 * Sends what the plan says, when it says it, to the target, and reports a record for every request: warm-up, a pause, profiling,
 * and the draining of what is still in flight when the window closes.
 *
 * Live benchmark and simulation are this same call with different clocks and targets. Failed requests are records.
 *
 * @throws PlanError when the corpus is not the one that the plan was made from.
 * @throws whatever the target's `send` rejects with: that is a bug, not a failed request.
 */
export async function replay(options: ReplayOptions): Promise<ReplaySummary> {
  const { plan, signal, interrupt } = options
  const { load } = plan
  checkSameCorpus(options)
  const run = new Run(options)
  const driver = load.kind === 'lanes' ? new ClosedLoad(run, load) : new OpenLoad(run)
  const forgetInterrupt = interrupt ? onAbort(interrupt, () => run.close('interrupted')) : () => {}
  const forgetSignal = signal ? onAbort(signal, () => run.abort()) : () => {}
  try {
    await Promise.race([playPhases(run, driver), run.failure])
  } finally {
    forgetInterrupt()
    forgetSignal()
    run.dispose()
  }
  const { ended = 'passes', stoppedBy, phases, counts, plays } = run
  return { ended, ...(stoppedBy && { stoppedBy }), phases, counts, plays }
}

function checkSameCorpus({ plan, corpus }: ReplayOptions): void {
  const same =
    plan.corpusDigest === corpus.digest &&
    plan.trees.every(({ trace, traceId }) => corpus.traces[trace]?.id === traceId)
  if (!same)
    throw new PlanError('the plan was made from another corpus (its digest differs); plan again, or give that corpus')
}

async function playPhases(run: Run, driver: ClosedLoad | OpenLoad): Promise<void> {
  const { appointment, plan } = run.options
  const { until } = plan.load
  const leftMs = until.kind === 'window' ? until.durationMs - (run.options.resume?.profiledMs ?? 0) : undefined
  // An earlier attempt broke off in its drain: there is nothing left to measure.
  if (leftMs !== undefined && leftMs <= 0) run.close('window')
  if (appointment) await waitUntil(appointment.startMs, run)
  await driver.warmUp()
  if (appointment?.profilingMs !== undefined) await waitUntil(appointment.profilingMs, run)
  if (run.closed) return
  const startMs = run.enter('profiling', appointment?.profilingMs)
  if (leftMs !== undefined) run.closeAt(startMs + leftMs)
  await driver.play(startMs)
}

/** Or until the run is closed. */
async function waitUntil(ms: number, { options: { clock }, closing }: Run): Promise<void> {
  await sleepUntil(clock, ms, closing.signal).catch(() => {})
}
