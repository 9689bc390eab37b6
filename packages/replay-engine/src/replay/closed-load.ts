import { sleepUntil } from '../clock/sleep-until.ts'
import type { LanesLoad } from '../plan/lanes-load.ts'
import { playOf } from '../plan/load.ts'
import type { Warmup } from '../plan/pace.ts'
import { rampStartMs } from '../plan/ramp.ts'
import { slotsOfShard } from '../plan/shard.ts'
import { Lane } from './lane.ts'
import type { Run } from './run.ts'
import { TreePlay } from './tree-play.ts'

/** Lanes that play their trees beside each other, each its own one after the other. */
export class ClosedLoad {
  readonly #run: Run
  readonly #load: LanesLoad
  readonly #lanes: readonly Lane[]

  constructor(run: Run, load: LanesLoad) {
    this.#run = run
    this.#load = load
    seeEarlierBlocks(run)
    this.#lanes = slotsOfShard(load.lanes, run.options.shard).map((lane) => new Lane(run, lane))
  }

  /** All lanes warm up together; returns after the last of them, but no later than the limit, and then after the quiesce time. */
  async warmUp(): Promise<void> {
    const run = this.#run
    const { warmup, staggerMs, quiesceMs } = this.#load
    const warming = run.closed ? [] : this.#lanes.filter((lane) => playsToWarmUp(warmup, lane) > 0)
    if (warming.length === 0) return
    const { clock } = run.options
    const startMs = run.enter('warmup')
    const latestMs = this.#latestWarmupMs(startMs)
    const forgetLimit =
      latestMs === Number.POSITIVE_INFINITY ? () => {} : clock.at(latestMs, () => run.guard(() => run.stopWarmup()))
    await Promise.all(
      this.#lanes.map(async (lane) => {
        if (!warming.includes(lane)) return
        const own = { fromMs: startMs, staggerMs: lane.number * staggerMs }
        if (warmup.kind === 'plays') await lane.play(own, playsToWarmUp(warmup, lane))
        else await lane.warmUp(startMs + own.staggerMs)
      }),
    )
    forgetLimit()
    run.leave(clock.now())
    if (!run.closed) await sleepUntil(clock, clock.now() + quiesceMs, run.closing.signal).catch(() => {})
  }

  /** Returns when no lane plays any more. */
  async play(startMs: number): Promise<void> {
    const { staggerMs, ramp } = this.#load
    await Promise.all(
      this.#lanes.map(async (lane) => {
        const fromMs = startMs + rampStartMs(ramp, lane.number)
        if (fromMs > startMs) await this.#waitUntil(fromMs)
        await lane.play({ fromMs, staggerMs: lane.number * staggerMs })
      }),
    )
  }

  /** Or until the run is closed. */
  async #waitUntil(ms: number): Promise<void> {
    const { options, closing } = this.#run
    await sleepUntil(options.clock, ms, closing.signal).catch(() => {})
  }

  /** `Infinity`: it takes what it takes. */
  #latestWarmupMs(startMs: number): number {
    const { warmupLimitMs = Number.POSITIVE_INFINITY, quiesceMs } = this.#load
    const { profilingMs = Number.POSITIVE_INFINITY } = this.#run.options.appointment ?? {}
    return Math.min(startMs + warmupLimitMs, profilingMs - quiesceMs)
  }
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
