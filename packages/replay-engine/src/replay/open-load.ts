import type { Cancel } from '../clock/clock.ts'
import { arrivalsOf } from '../plan/load.ts'
import type { Arrivals } from '../plan/play.ts'
import type { Run, Stoppable } from './run.ts'
import { TreePlay } from './tree-play.ts'

/**
 * Trees that arrive when their time has come, whatever became of those before. One timer is set at a time, and each play is made while the
 * one before it is waited for, so that many arrivals cost nothing before they are due.
 */
export class OpenLoad implements Stoppable {
  readonly #run: Run
  readonly #arrivals: Arrivals
  readonly #over = Promise.withResolvers<void>()
  readonly #hasWindow: boolean
  #playing = 0
  /** The slot that arrives next, and from one that is sent here to the next such one. */
  #slot: number
  readonly #step: number
  #startMs = 0
  #cancelNext: Cancel = () => {}

  constructor(run: Run) {
    this.#run = run
    const { plan, shard = { index: 0, of: 1 } } = run.options
    this.#slot = shard.index
    this.#step = shard.of
    this.#arrivals = arrivalsOf(plan)
    this.#hasWindow = plan.load.until.kind === 'window'
  }

  /** What has no lanes has none to warm up. */
  async warmUp(): Promise<void> {}

  /** Returns when every tree has been played, a window has ended as well where there is one, or the run is closed and nothing is in flight. */
  async play(startMs: number): Promise<void> {
    this.#startMs = startMs
    this.#run.watch(this)
    this.#awaitNext(startMs)
    this.#checkOver()
    await this.#over.promise
  }

  /** Arrivals that were due already have their records, as requests that never left. */
  stop(): void {
    this.#cancelNext()
    for (; this.#run.owes(this.#startMs + this.#nextMs); this.#slot += this.#step) this.#miss()
    this.#slot = this.#arrivals.slots
    this.#checkOver()
  }

  get #nextMs(): number {
    return this.#slot < this.#arrivals.slots ? this.#arrivals.dueMs(this.#slot) : Number.POSITIVE_INFINITY
  }

  #miss(): void {
    const play = this.#arrivals.playOf(this.#slot, 0)!
    const tree = new TreePlay(this.#run, play)
    tree.miss(this.#startMs + this.#nextMs, this.#startMs)
  }

  #awaitNext(startMs: number): void {
    const play = this.#run.closed ? undefined : this.#arrivals.playOf(this.#slot, 0)
    if (!play) return
    const atMs = startMs + this.#arrivals.dueMs(this.#slot)
    const tree = new TreePlay(this.#run, play)
    this.#cancelNext = this.#run.options.clock.at(atMs, () => this.#run.guard(() => this.#arrive(tree, atMs, startMs)))
  }

  #arrive(tree: TreePlay, atMs: number, startMs: number): void {
    this.#playing += 1
    this.#slot += this.#step
    tree
      .finish(atMs, startMs)
      .then(() => {
        this.#playing -= 1
        this.#checkOver()
      })
      .catch((error: unknown) => this.#run.fail(error))
    this.#awaitNext(startMs)
  }

  #checkOver(): void {
    if (this.#playing > 0 || this.#slot < this.#arrivals.slots || (this.#hasWindow && !this.#run.closed)) return
    this.#run.unwatch(this)
    this.#over.resolve()
  }
}
