import { onAbort } from '../clock/on-abort.ts'
import { sleepUntil } from '../clock/sleep-until.ts'
import type { Warmup } from '../plan/load.ts'
import { PlanError } from '../plan/plan-error.ts'
import { playOf } from '../plan/play-of.ts'
import { Lane } from './lane.ts'
import type { ReplayOptions, ReplaySummary } from './replay-options.ts'
import { Run } from './run.ts'
import { TreePlay } from './tree-play.ts'

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
  checkSameCorpus(options)
  const run = new Run(options)
  seeEarlierBlocks(run)
  const lanes = Array.from({ length: plan.load.lanes }, (_, lane) => new Lane(run, lane))
  const forgetInterrupt = interrupt ? onAbort(interrupt, () => run.close('interrupted')) : () => {}
  const forgetSignal = signal ? onAbort(signal, () => run.abort()) : () => {}
  try {
    await Promise.race([playPhases(run, lanes), run.failure])
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

async function playPhases(run: Run, lanes: readonly Lane[]): Promise<void> {
  const { until, staggerMs } = run.options.plan.load
  const leftMs = until.kind === 'window' ? until.durationMs - (run.options.resume?.profiledMs ?? 0) : undefined
  // An earlier attempt broke off in its drain: there is nothing left to measure.
  if (leftMs !== undefined && leftMs <= 0) run.close('window')
  await warmUp(run, lanes)
  if (run.closed) return
  const startMs = run.enter('profiling')
  if (leftMs !== undefined) run.closeAt(startMs + leftMs)
  await Promise.all(lanes.map((lane, i) => lane.play({ fromMs: startMs, staggerMs: i * staggerMs })))
}

/** All lanes warm up together; profiling waits for the last of them, but not for longer than the limit, and then for the quiesce time. */
async function warmUp(run: Run, lanes: readonly Lane[]): Promise<void> {
  const { warmup, staggerMs, quiesceMs, warmupLimitMs } = run.options.plan.load
  const warming = run.closed ? [] : lanes.filter((lane) => playsToWarmUp(warmup, lane) > 0)
  if (warming.length === 0) return
  const { clock } = run.options
  const startMs = run.enter('warmup')
  const forgetLimit =
    warmupLimitMs === undefined ? () => {} : clock.at(startMs + warmupLimitMs, () => run.guard(() => run.stopWarmup()))
  await Promise.all(
    lanes.map(async (lane, i) => {
      if (!warming.includes(lane)) return
      const own = { fromMs: startMs, staggerMs: i * staggerMs }
      if (warmup.kind === 'plays') await lane.play(own, playsToWarmUp(warmup, lane))
      else await lane.warmUp(startMs + own.staggerMs)
    }),
  )
  forgetLimit()
  run.leave(clock.now())
  if (!run.closed) await sleepUntil(clock, clock.now() + quiesceMs, run.closing.signal).catch(() => {})
}

/** Whole plays, or the first one's beginning, that a lane has still to spend on warm-up. */
function playsToWarmUp(warmup: Warmup, lane: Lane): number {
  if (warmup.kind === 'none') return 0
  if (warmup.kind === 'plays') return Math.max(0, warmup.perLane - lane.playsDone)
  return lane.needsWarmUp ? 1 : 0
}

/** Where plays share blocks, those of earlier attempts count as seen too. */
function seeEarlierBlocks(run: Run): void {
  const { plan, resume } = run.options
  for (const { lane, play, turns } of resume?.earlierPlays ?? []) {
    const planned = playOf(plan, lane, play)
    if (planned) new TreePlay(run, planned, turns)
  }
}
