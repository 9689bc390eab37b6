import type { BlockRun } from './block-run.ts'

/** The runs that a sequence holds, in its order. Of those that were cut since, it holds all parts from where they began. */
export class HeldRuns {
  readonly #runs: BlockRun[] = []
  readonly #starts: number[] = []

  get length(): number {
    return this.#runs.length
  }

  get last(): BlockRun | undefined {
    return this.#runs.at(-1)
  }

  add(run: BlockRun): void {
    this.#runs.push(run)
    this.#starts.push(run.start)
  }

  at(index: number): BlockRun {
    return this.#runs[index]!
  }

  /** All parts, the last one first. */
  eachFromLast(visit: (run: BlockRun) => void): void {
    for (let at = this.#runs.length - 1; at >= 0; at -= 1) {
      const start = this.#starts[at]!
      let run = this.#runs[at]!
      visit(run)
      while (run.start > start) {
        run = run.before!
        visit(run)
      }
    }
  }
}
