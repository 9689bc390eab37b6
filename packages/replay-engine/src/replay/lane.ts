import { playOf } from '../plan/load.ts'
import type { Run } from './run.ts'
import { TreePlay } from './tree-play.ts'

/** One lane of a closed load: it plays its trees one after the other and knows of no other lane. */
export class Lane {
  readonly #run: Run
  readonly number: number
  #play = 0
  /** A tree made or warmed up, and not yet played on. */
  #next: TreePlay | undefined

  constructor(run: Run, lane: number) {
    this.#run = run
    this.number = lane
    this.#next = this.#firstTree()
  }

  /** Its first tree starts, or goes on, inside a session. */
  get needsWarmUp(): boolean {
    return this.#next?.needsWarmUp ?? false
  }

  /** Trees that earlier attempts played to their ends. */
  get playsDone(): number {
    return this.#next ? this.#play - 1 : this.#play
  }

  /** Sends what the first tree needs to find a warm cache, and waits for its end. */
  async warmUp(atMs: number): Promise<void> {
    await this.#next?.warmUp(atMs)
  }

  /**
   * Plays trees until it has none left, the run closes, or `plays` are done. Nothing is due before `fromMs`, and a tree that it begins
   * not before the stagger has passed as well.
   */
  async play({ fromMs, staggerMs }: { fromMs: number; staggerMs: number }, plays = Number.POSITIVE_INFINITY) {
    let startMs = fromMs + staggerMs
    for (let left = plays; left > 0 && this.#next && !this.#run.closed; left -= 1) {
      const endMs = await this.#next.finish(this.#next.isPaused ? fromMs : startMs)
      // A tree that ended in warm-up ended before this phase began.
      startMs = Math.max(startMs, endMs)
      this.#next = this.#nextTree()
    }
  }

  /** The one that an earlier attempt was at, where it is not over. */
  #firstTree(): TreePlay | undefined {
    const latest = this.#run.options.resume?.latestPlays[this.number]
    if (!latest) return this.#nextTree()
    this.#play = latest.play + 1
    const play = playOf(this.#run.options.plan, this.number, latest.play)
    const tree = play && new TreePlay(this.#run, play, latest.turns)
    return tree?.isOver ? this.#nextTree() : tree
  }

  #nextTree(): TreePlay | undefined {
    const play = playOf(this.#run.options.plan, this.number, this.#play)
    this.#play += 1
    return play && new TreePlay(this.#run, play)
  }
}
