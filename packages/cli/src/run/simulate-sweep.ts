import { availableParallelism } from 'node:os'
import type { Plan } from '@reprise/replay-engine'
import type { LoadPoint } from '../options/load-point.ts'
import type { Talk } from '../terminal/io.ts'
import { HeldWords } from './held-words.ts'
import { helpersForRest } from './helpers-for-rest.ts'
import type { LoadedCorpus } from './load-corpus.ts'
import type { FinishedRun } from './perform-run.ts'
import { type SimulatedPoint, type SimulatedSweep, simulatePoint } from './simulate-point.ts'
import { type PointEnd, SimulatingThread } from './simulating-thread.ts'

export interface SweepConduct {
  readonly corpusAt: (point: LoadPoint) => Promise<LoadedCorpus>
  /** Runs at once; absent: as many as are sooner done. */
  readonly jobs: number | undefined
  /** Of the first run. */
  readonly firstPlan?: Plan | undefined
  readonly talk: Talk
  /** In the order of the runs. */
  readonly onRun: (run: FinishedRun) => void
}

/** So often it is asked whether helpers would be worth their start. */
const askEveryMs = 50

/**
 * Simulates the runs of a sweep, here and in threads that help, each run whole; what becomes of them is the same. The failure of one costs
 * the others nothing, and after a stop none is begun. Returns the failures.
 */
export async function simulateSweep(
  sweep: SimulatedSweep,
  runs: readonly SimulatedPoint[],
  conduct: SweepConduct,
): Promise<readonly unknown[]> {
  const ends = await new Sweep(sweep, runs, conduct).done()
  for (const end of ends) if (end && 'run' in end) conduct.onRun(end.run)
  return ends.flatMap((end) => (end && 'error' in end ? [end.error] : []))
}

class Sweep {
  readonly #sweep: SimulatedSweep
  readonly #runs: readonly SimulatedPoint[]
  readonly #conduct: SweepConduct
  /** Which runs nobody has begun, in the order in which they are taken. */
  #left: number[]
  readonly #ends: (PointEnd | undefined)[]
  readonly #helping: Promise<void>[] = []
  readonly #words: HeldWords

  constructor(sweep: SimulatedSweep, runs: readonly SimulatedPoint[], conduct: SweepConduct) {
    this.#sweep = sweep
    this.#runs = runs
    this.#conduct = conduct
    this.#left = runs.map((_, at) => at)
    this.#ends = runs.map(() => undefined)
    this.#words = new HeldWords(conduct.talk.stderr)
  }

  /** What became of each run, in their order; absent where it was never begun. */
  async done(): Promise<readonly (PointEnd | undefined)[]> {
    const { jobs } = this.#conduct
    if (jobs !== undefined) this.#getHelp(Math.min(jobs, this.#runs.length) - 1)
    try {
      await this.#doHere()
    } finally {
      await Promise.all(this.#helping)
    }
    return this.#ends
  }

  async #doHere(): Promise<void> {
    const { corpusAt, firstPlan, talk } = this.#conduct
    const startMs = performance.now()
    let doneSize = 0
    for (let at = this.#take(); at !== undefined; at = this.#take()) {
      const run = this.#runs[at]!
      const size = sizeOf(run)
      // What a run has taken so far is the least that it takes.
      const asking = setInterval(() => this.#askForHelp(doneSize + size, performance.now() - startMs), askEveryMs)
      try {
        this.#words.hold()
        const plan = at === 0 ? firstPlan : undefined
        this.#ends[at] = await simulatePoint(this.#sweep, run, await corpusAt(run.point), talk, plan).then(
          (finished) => ({ run: finished }),
          (error: unknown) => ({ error }),
        )
      } finally {
        clearInterval(asking)
        this.#words.release()
      }
      doneSize += size
      this.#askForHelp(doneSize, performance.now() - startMs)
    }
  }

  #askForHelp(doneSize: number, tookMs: number): void {
    const { jobs, talk } = this.#conduct
    if (jobs !== undefined || this.#helping.length > 0 || talk.signal.aborted) return
    const leftSizes = this.#left.map((at) => sizeOf(this.#runs[at]!))
    this.#getHelp(helpersForRest({ doneSize, tookMs, leftSizes, cores: availableParallelism() }))
  }

  #getHelp(helpers: number): void {
    if (helpers < 1) return
    // The largest are begun first, so that none of them is the last one, which the others wait for.
    this.#left.sort((one, other) => sizeOf(this.#runs[other]!) - sizeOf(this.#runs[one]!) || one - other)
    for (let nth = 0; nth < helpers; nth += 1) this.#helping.push(this.#help())
  }

  async #help(): Promise<void> {
    const { corpusAt, talk } = this.#conduct
    let thread: SimulatingThread | undefined
    try {
      for (let at = this.#take(); at !== undefined; at = this.#take()) {
        const { argv, quiet, signal, cancel } = talk
        thread ??= new SimulatingThread(
          { sweep: this.#sweep, argv, quiet },
          { signal, ...(cancel && { cancel }), say: (text) => this.#words.say(text) },
        )
        const run = this.#runs[at]!
        this.#ends[at] = await thread.simulate(run, await corpusAt(run.point))
        // One that broke is not asked again.
        if (thread.isGone) thread = undefined
      }
    } finally {
      await thread?.end()
    }
  }

  /** Even where the user has asked to stop, the first run is begun. */
  #take(): number | undefined {
    const isFirst = this.#left.length === this.#runs.length
    return isFirst || !this.#conduct.talk.signal.aborted ? this.#left.shift() : undefined
  }
}

/** What the time of a run goes by, where its window is as long as those of the others; of one that plays a corpus to its end it is too much for many lanes. */
function sizeOf({ point: { lanes, sessionsPerS } }: SimulatedPoint): number {
  return lanes ?? sessionsPerS ?? 1
}
