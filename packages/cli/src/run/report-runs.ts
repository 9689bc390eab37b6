import { dirname, join } from 'node:path'
import { pointsOf, type Result, RunFolderError } from '@reprise/result-aggregator/run'
import { quoteWord } from '@reprise/safe-text'
import { againLine } from '../terminal/command-line.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import { interruptedExitCode } from '../terminal/interrupts.ts'
import type { Io } from '../terminal/io.ts'
import { writeJson } from '../terminal/output.ts'
import type { FinishedRun } from './perform-run.ts'

interface Telling {
  readonly json: boolean
  /** With `json`, nothing beside it. */
  readonly quiet?: boolean
  readonly io: Io
  /** The command that does it again. */
  readonly command: string
  /** How many runs there should be; default: those there are. */
  readonly wanted?: number
  /** Where a page about them goes, by default the folder of the one run or the nearest that holds all; absent: nobody asked for one. */
  readonly page?: { readonly folder?: string }
  /** What `--resume` is given where they were cut short; absent: this command cannot go on. */
  readonly resumable?: string
}

/**
 * Has runs done, and tells of those that are done whatever ends them. Returns the exit code.
 *
 * @throws what `perform` throws, after that.
 */
export async function tellRuns(
  telling: () => Telling,
  perform: (onRun: (run: FinishedRun) => void) => Promise<void>,
): Promise<number> {
  const runs: FinishedRun[] = []
  try {
    await perform((run) => runs.push(run))
  } catch (error) {
    if (runs.length > 0) await reportRuns(runs, telling())
    throw error
  }
  return reportRuns(runs, telling())
}

/**
 * Prints what the runs gave: one table, the paths, a page to look at, the command that does it again and the one that goes on. Returns the
 * exit code; that of an interrupt where it cut one of the `wanted` runs short, or kept it from beginning.
 */
export async function reportRuns(runs: readonly FinishedRun[], telling: Telling): Promise<number> {
  const { json, quiet = false, io, command, wanted = runs.length, page, resumable } = telling
  const results = runs.map(({ result }) => result)
  if (json) {
    writeJson(io, results.length === 1 ? results[0] : results)
  } else {
    const { renderSummary } = await pages()
    io.stdout.write(`${renderSummary(results.flatMap(pointsOf))}\n\n`)
    for (const { path } of runs) io.stdout.write(`${path}\n`)
    io.stdout.write('\n')
  }
  const say = (text: string) => {
    if (!json) io.stdout.write(`${text}\n`)
    else if (!quiet) io.stderr.write(`${text}\n`)
  }
  if (page && runs.length > 0) say(await pageOf(runs, page))
  if (!json || page) say(`again: ${againLine(command)}`)
  const isCut = runs.length < wanted || results.some(({ completeness }) => completeness.ended === 'interrupted')
  if (resumable !== undefined && results.length > 0 && goesOn(results, { isCut }))
    say(`go on: npx reprise replay --resume ${quoteWord(resumable)}`)
  if (io.signal.aborted && isCut) return interruptedExitCode(io.signal)
  return results.some(({ validity }) => validity.verdict === 'invalid') ? exitCodes.invalid : exitCodes.done
}

/** As `readStoppedRun` and `resumeEndpoint` have it: a run that does not wait for a client that is away is not resumed. */
function goesOn(results: readonly Result[], { isCut }: { readonly isCut: boolean }): boolean {
  const broke = results.filter(({ completeness: { ended } }) => ended === 'interrupted' || ended === 'stopped')
  if (!isCut && broke.length === 0) return false
  return broke.every(
    ({ load, provenance, completeness }) =>
      load.kind === 'lanes' && !load.ramp && completeness.shard === undefined && provenance.target.assistant !== 'live',
  )
}

/** The results are safe by now: a page that cannot be written costs nothing but itself. */
/** Tables and pages are most of what is loaded, and nobody waits for them before there is a result. */
function pages() {
  return import('@reprise/result-aggregator')
}

async function pageOf(runs: readonly FinishedRun[], { folder }: NonNullable<Telling['page']>): Promise<string> {
  const { writeReport } = await pages()
  try {
    const { path } = await writeReport(
      runs.map(({ path }) => dirname(path)),
      { justWritten: true, ...(folder !== undefined && { out: join(folder, 'report.html') }) },
    )
    return `report: ${path}`
  } catch (error) {
    if (!(error instanceof RunFolderError)) throw error
    return `report: none, ${error.message}`
  }
}
