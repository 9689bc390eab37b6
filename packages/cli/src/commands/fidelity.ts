import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  captureChecks,
  capturesChecks,
  compareCapture,
  compareCaptures,
  compareRuns,
  conditionNames,
  type Fidelity,
  type FidelityOptions,
  type FidelitySides,
  type ReplayedRun,
  readReplayedRun,
  renderFidelity,
  runChecks,
  saveFidelity,
  writeFidelityPage,
} from '@reprise/result-aggregator'
import { buildRun, runFiles, saveResult } from '@reprise/result-aggregator/run'
import { printable } from '@reprise/safe-text'
import { type Command, InvalidArgumentError } from 'commander'
import { commandNotes } from '../options/command-notes.ts'
import { type CacheOption, cacheOption } from '../options/corpus-store.ts'
import { parseLimit } from '../options/parse-limit.ts'
import { addReadingOptions, type ReadingOptions, tracesWords } from '../options/reading-options.ts'
import { repeated } from '../options/refuse-repeats.ts'
import { findTraces } from '../run/load-corpus.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes, UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { examples, writeJson } from '../terminal/output.ts'

interface Options extends ReadingOptions, CacheOption {
  readonly limit?: FidelityOptions['limits']
  readonly accept?: readonly string[]
  readonly html?: string
  readonly save: boolean
  readonly json: boolean
  readonly quiet: boolean
}

/** `reprise fidelity`: whether a run was the workload that was captured, or how far it is from another run of the same plan. */
export function registerFidelity(program: Command, { io, setExitCode }: CommandContext): void {
  addReadingOptions(
    program
      .command('fidelity')
      .argument('<captured>', `${tracesWords}; or the folder of a run, to hold another run of its plan against`)
      .argument(
        '<run>',
        'the folder of a run, live or simulated; or other traces, to hold them against the captured ones',
      )
      .description(commandNotes.fidelity.about),
    'of captured traces: ',
  )
    .option(
      '--limit <name=value,...>',
      'other limits than those below; a share is written as 0.05. May be given several times',
      repeated(parseLimits),
    )
    .option('--accept <name,...>', 'conditions that are meant to differ: model, time-scale', repeated(parseNames))
    .addOption(cacheOption())
    .option('--html <file>', 'write one page with both timelines over one another, which needs no network')
    .option('--save', 'of captured traces: keep it in the folder of the run, and in its result', false)
    .option('--json', 'as JSON on stdout', false)
    .option('--quiet', 'no progress', false)
    .addHelpText('after', help())
    .action(async (captured: string, run: string, options: Options) => {
      setExitCode(await fidelity(captured, run, options, io))
    })
}

async function fidelity(captured: string, folder: string, options: Options, io: Io): Promise<number> {
  const judged = {
    ...(options.limit && { limits: options.limit }),
    ...(options.accept && { accepted: options.accept }),
  }
  const sides = await sidesOf(captured, folder, options, io)
  if (options.save && !('traces' in sides.a && 'plan' in sides.b))
    throw new UsageError('--save keeps what a run is beside captured traces: give them, or leave it out.')
  const found = compared(sides, { captured, folder }, judged)
  if ('traces' in sides.a && options.save) await keep(folder, { corpus: sides.a, name: captured }, judged)
  if (options.html !== undefined) {
    await writeFidelityPage(options.html, { fidelity: found, ...sides })
    if (!options.quiet) io.stderr.write(`wrote ${printable(options.html, 300)}\n`)
  }
  if (options.json) writeJson(io, found)
  else io.stdout.write(renderFidelity(found))
  return found.verdict === 'faithful' ? exitCodes.done : exitCodes.invalid
}

/** Runs where a path holds one, else the traces that are read from it. @throws UsageError where a run is held against traces. */
async function sidesOf(captured: string, folder: string, options: Options, io: Io): Promise<FidelitySides> {
  const isRun = await holdsRun(captured)
  if (await holdsRun(folder)) {
    const b = await readReplayedRun(folder)
    return { a: isRun ? await readReplayedRun(captured) : await corpusOf(captured, options, io), b }
  }
  if (isRun || (await holdsNothing(folder)))
    throw new UsageError(
      `${printable(folder, 300)}: no ${runFiles.header} in it; give the folder that replay or simulate wrote, or other traces.`,
    )
  return { a: await corpusOf(captured, options, io), b: await corpusOf(folder, options, io) }
}

function compared(
  { a, b }: FidelitySides,
  { captured, folder }: { readonly captured: string; readonly folder: string },
  judged: FidelityOptions,
): Fidelity {
  if (!('traces' in a)) return compareRuns(a, b as ReplayedRun, judged)
  const named = { corpus: a, name: captured }
  return 'traces' in b ? compareCaptures(named, { corpus: b, name: folder }, judged) : compareCapture(named, b, judged)
}

async function corpusOf(path: string, options: Options, io: Io) {
  const { corpus } = await findTraces(path, options, { ...io, quiet: options.quiet })
  return corpus
}

/** In the folder, and in its result. */
async function keep(
  folder: string,
  captured: Parameters<typeof saveFidelity>[1],
  judged: FidelityOptions,
): Promise<void> {
  await saveFidelity(folder, captured, judged)
  await saveResult(folder, await buildRun(folder))
}

async function holdsNothing(path: string): Promise<boolean> {
  return stat(path).then(
    () => false,
    () => true,
  )
}

async function holdsRun(path: string): Promise<boolean> {
  return stat(join(path, runFiles.header)).then(
    (found) => found.isFile(),
    () => false,
  )
}

/** @throws InvalidArgumentError */
function parseLimits(text: string, before: FidelityOptions['limits'] = {}): FidelityOptions['limits'] {
  const known = [...new Set([captureChecks, runChecks, capturesChecks].flatMap(Object.keys))]
  return { ...before, ...Object.fromEntries(text.split(',').map((each) => parseLimit(each, known))) }
}

/** @throws InvalidArgumentError */
function parseNames(text: string, before: readonly string[] = []): readonly string[] {
  const names = text.split(',').map((each) => each.trim())
  const known: readonly string[] = conditionNames
  const stranger = names.find((name) => !known.includes(name))
  if (stranger !== undefined) throw new InvalidArgumentError(`the conditions are ${known.join(', ')}`)
  return [...before, ...names]
}

function help(): string {
  const rows = (checks: typeof captureChecks | typeof runChecks | typeof capturesChecks) =>
    Object.entries(checks)
      .map(
        ([name, { limit, unit, about }]) =>
          `  ${name.padEnd(17)} ${`${limit}${unit === 'ms' ? ' ms' : ''}`.padEnd(8)} ${about}\n`,
      )
      .join('')
  return `
Limits, of traces and a run of them (first-token and service-time are judged only where they are given: traces do not say what served them):
${rows(captureChecks)}
Limits, of two runs of one plan:
${rows(runChecks)}
Limits, of two captures, A the first:
${rows(capturesChecks)}${examples(
  'npx reprise fidelity traces/ runs/replay',
  'npx reprise fidelity capture.jsonl.gz runs/replay --limit arrival-drift=5000 --accept model --html fidelity.html',
  'npx reprise fidelity runs/live runs/simulated --json',
  'npx reprise fidelity captures/monday captures/of-its-replay',
)}
Ends with 0 where it is faithful, and with 4 where it deviates or cannot be compared.
`
}
