import { exitCodes } from '../terminal/exit-codes.ts'
import { type Conclusion, conclude, type SearchEnd } from './conclude.ts'
import { nextSize } from './next-size.ts'
import type { Point, PointRun } from './point.ts'
import type { RunAttempt, WantedRun } from './run-point.ts'

export interface Search {
  readonly ladder: readonly number[]
  readonly start: number
  /** Of the first run at each size; the next ones count up from it. */
  readonly seed: number
  readonly pointOf: (size: number, runs: readonly PointRun[]) => Point
  readonly measure: (run: WantedRun) => Promise<RunAttempt>
  readonly limits: SearchLimits
  readonly signal: AbortSignal
  /** Milliseconds since the search began. */
  readonly elapsedMs: () => number
  /** A run has been made or found; this is what is known of its size now. */
  readonly onPoint?: (point: Point) => void
}

export interface SearchLimits {
  /** Runs that are made; those that lay there already are none. */
  readonly maxRuns: number
  readonly maxMs?: number | undefined
  /** How long a run takes at least. */
  readonly runMs: number
}

export interface Found extends Conclusion {
  readonly points: readonly Point[]
  readonly ended: SearchEnd
  /** Only of one that failed: what the command ended with. */
  readonly exitCode?: number
}

/** Measures size after size until the search knows, may not go on, is told to stop, or a run cannot be made. */
export async function searchCapacity(search: Search): Promise<Found> {
  const runsOf = new Map<number, PointRun[]>()
  const points = () => [...runsOf].map(([size, runs]) => search.pointOf(size, runs))
  const end = (ended: SearchEnd, exitCode?: number): Found => {
    const all = points().toSorted((one, other) => one.size - other.size)
    return { ...conclude(all), points: all, ended, ...(exitCode !== undefined && { exitCode }) }
  }
  let [made, longestMs] = [0, search.limits.runMs]
  for (;;) {
    const size = nextSize({ ladder: search.ladder, start: search.start, points: points() })
    if (size === undefined) return end('found')
    if (search.signal.aborted) return end('interrupted')
    const limit = limitReached(search, { made, longestMs })
    const runs = runsOf.get(size) ?? []
    const beganMs = search.elapsedMs()
    const wanted = { size, seed: search.seed + runs.length }
    const attempt = await search.measure(limit === undefined ? { ...wanted, number: made + 1 } : wanted)
    if (attempt.kind === 'not-made') return end(limit ?? 'failed')
    if (attempt.kind === 'interrupted') return end('interrupted')
    if (attempt.kind === 'failed') return end('failed', attempt.exitCode)
    if (!attempt.reused) [made, longestMs] = [made + 1, Math.max(longestMs, search.elapsedMs() - beganMs)]
    runsOf.set(size, [...runs, attempt.run])
    search.onPoint?.(search.pointOf(size, runsOf.get(size)!))
  }
}

function limitReached(
  { limits: { maxRuns, maxMs }, elapsedMs }: Search,
  { made, longestMs }: { readonly made: number; readonly longestMs: number },
): 'max-runs' | 'max-time' | undefined {
  if (made >= maxRuns) return 'max-runs'
  return maxMs !== undefined && elapsedMs() + longestMs > maxMs ? 'max-time' : undefined
}

/** What the search ends with where it was neither interrupted nor stopped by a run: 4 where nothing certain was found. */
export function exitCodeOfFound({ holds, breaks, ended, exitCode }: Found): number {
  if (ended === 'failed') return exitCode ?? exitCodes.bug
  return holds === undefined && breaks === undefined ? exitCodes.invalid : exitCodes.done
}
