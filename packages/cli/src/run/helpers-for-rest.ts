/**
 * What a thread costs at the most, in milliseconds of a processor: it loads a part of the program (half of this, by docs/simulations.md), takes the
 * corpus over and compiles what runs often once more.
 */
const threadMs = 1_350

/** What is known of a sweep while its runs are done by this thread alone; sizes are of any one unit that work goes by. */
export interface SweepSoFar {
  /** Of runs that are done, with what is sure of the one that goes on. */
  readonly doneSize: number
  readonly tookMs: number
  /** Sizes of the runs that nobody has begun. */
  readonly leftSizes: readonly number[]
  readonly cores: number
}

/** Threads beside this one with which the rest of a sweep is done soonest, going by what it took so far; 0: this one goes on alone. */
export function helpersForRest({ doneSize, tookMs, leftSizes, cores }: SweepSoFar): number {
  const leftSize = leftSizes.reduce((sum, size) => sum + size, 0)
  const restMs = (leftSize / doneSize) * tookMs
  const helpers = Math.min(leftSizes.length, cores - 1)
  return helpers > 0 && restMs > threadMs ? helpers : 0
}
