import { availableParallelism } from 'node:os'
import type { Plan } from '@reprise/replay-engine'
import type { LoadPoint } from '../options/load-point.ts'
import type { Talk } from '../terminal/io.ts'
import type { LoadedCorpus } from './load-corpus.ts'
import type { FinishedRun } from './perform-run.ts'
import { simulateInThreads } from './simulate-in-threads.ts'
import { type SimulatedPoint, type SimulatedSweep, simulatePoint } from './simulate-point.ts'
import { threadsForRest } from './threads-for-rest.ts'

export interface SweepConduct {
  readonly corpusAt: (point: LoadPoint) => Promise<LoadedCorpus>
  /** Runs at once; absent: as many as are sooner done. */
  readonly jobs: number | undefined
  /** Turns that all runs have at the least. */
  readonly turns: number
  /** Of the first run. */
  readonly firstPlan: Plan | undefined
  readonly talk: Talk
  /** In the order of the runs. */
  readonly onRun: (run: FinishedRun) => void
}

/** So many turns are worth threads from the first run on. */
const manyTurns = 20_000

/**
 * Simulates the runs of a sweep, one after another or in threads; what becomes of them is the same. The failure of one costs the others
 * nothing, and after a stop none is begun. Returns the failures.
 */
export async function simulateSweep(
  sweep: SimulatedSweep,
  runs: readonly SimulatedPoint[],
  { corpusAt, jobs, turns, firstPlan, talk, onRun }: SweepConduct,
): Promise<readonly unknown[]> {
  const failures: unknown[] = []
  const cores = jobs ?? availableParallelism()
  const isLarge = jobs !== undefined || turns >= manyTurns
  let threads = isLarge ? Math.min(cores, runs.length) : 1
  const startMs = performance.now()
  let done = 0
  for (; threads <= 1 && done < runs.length; ) {
    const run = runs[done]!
    const plan = done === 0 ? firstPlan : undefined
    await simulatePoint(sweep, run, await corpusAt(run.point), talk, plan).then(onRun, (error: unknown) =>
      failures.push(error),
    )
    done += 1
    if (talk.signal.aborted) return failures
    const left = runs.length - done
    if (jobs === undefined) threads = threadsForRest({ done, tookMs: performance.now() - startMs, left, cores })
  }
  const rest = runs.slice(done)
  const given = await Promise.all(rest.map(async (run) => ({ ...run, loaded: await corpusAt(run.point) })))
  for (const end of rest.length === 0 ? [] : await simulateInThreads(sweep, given, { threads, talk })) {
    if (end && 'run' in end) onRun(end.run)
    else if (end) failures.push(end.error)
  }
  return failures
}
