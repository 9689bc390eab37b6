/**
 * What a thread costs, in milliseconds of a processor: it loads the program, takes the corpus over and compiles what runs often once more.
 * Source: docs/simulations.md
 */
const threadMs = 1_350

/** Threads that do the rest of a sweep soonest, going by what its first runs took here; 1: this one goes on. */
export function threadsForRest({
  done,
  tookMs,
  left,
  cores,
}: {
  readonly done: number
  readonly tookMs: number
  readonly left: number
  readonly cores: number
}): number {
  const restMs = (left * tookMs) / done
  const threads = Math.min(left, cores)
  return threads > 1 && restMs / threads + threadMs < restMs ? threads : 1
}
