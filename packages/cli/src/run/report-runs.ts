import { pointsOf, renderSummary } from '@reprise/result-aggregator'
import { exitCodes } from '../terminal/exit-codes.ts'
import { interruptedExitCode } from '../terminal/interrupts.ts'
import type { Io } from '../terminal/io.ts'
import { writeJson } from '../terminal/output.ts'
import type { FinishedRun } from './perform-run.ts'

/**
 * Prints what the runs gave: one table, the paths, the command that does it again. Returns the exit code; that of an interrupt where it cut
 * one of the `wanted` runs short, or kept it from beginning.
 */
export function reportRuns(
  runs: readonly FinishedRun[],
  { json, io, command, wanted = runs.length }: { json: boolean; io: Io; command: string; wanted?: number },
): number {
  const results = runs.map(({ result }) => result)
  if (json) {
    writeJson(io, results.length === 1 ? results[0] : results)
  } else {
    io.stdout.write(`${renderSummary(results.flatMap(pointsOf))}\n\n`)
    for (const { path } of runs) io.stdout.write(`${path}\n`)
    io.stdout.write(`\nagain: ${command}\n`)
  }
  const isCut = runs.length < wanted || results.some(({ completeness }) => completeness.ended === 'interrupted')
  if (io.signal.aborted && isCut) return interruptedExitCode(io.signal)
  return results.some(({ validity }) => validity.verdict === 'invalid') ? exitCodes.invalid : exitCodes.done
}
