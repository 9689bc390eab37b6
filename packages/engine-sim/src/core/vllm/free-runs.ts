import type { BlockRun } from './block-run.ts'

/** Runs that nobody holds, the one to be forgotten first at the head. */
export class FreeRuns {
  #first: BlockRun | undefined
  #last: BlockRun | undefined

  get first(): BlockRun | undefined {
    return this.#first
  }

  append(run: BlockRun): void {
    this.insertAfter(this.#last, run)
  }

  /** After another, or at the head. */
  insertAfter(sooner: BlockRun | undefined, run: BlockRun): void {
    const later = sooner ? sooner.later : this.#first
    run.sooner = sooner
    run.later = later
    if (sooner) sooner.later = run
    else this.#first = run
    if (later) later.sooner = run
    else this.#last = run
  }

  remove(run: BlockRun): void {
    const { sooner, later } = run
    if (sooner) sooner.later = later
    else this.#first = later
    if (later) later.sooner = sooner
    else this.#last = sooner
    run.sooner = undefined
    run.later = undefined
  }
}
