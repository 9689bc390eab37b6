import {
  type ComparedRun,
  comparedFigureNames,
  compareSides,
  type Gate,
  readComparedRun,
  readPairedRun,
  renderRunComparison,
  writeComparisonPage,
} from '@reprise/result-aggregator'
import { findRuns } from '@reprise/result-aggregator/run'
import { printable } from '@reprise/safe-text'
import type { Command } from 'commander'
import { commandNotes } from '../options/command-notes.ts'
import { parseGate } from '../options/parse-gate.ts'
import { repeated } from '../options/refuse-repeats.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes, UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { examples, writeJson } from '../terminal/output.ts'
import { startProgress } from '../terminal/progress.ts'

interface Options {
  readonly with?: readonly string[]
  readonly failIf?: readonly Gate[]
  readonly accept?: readonly string[]
  readonly lenient: boolean
  readonly html?: string
  readonly json: boolean
  readonly quiet: boolean
}

/** `reprise compare`: how one server is beside another, and how sure that is. */
export function registerCompare(program: Command, { io, setExitCode }: CommandContext): void {
  program
    .command('compare')
    .argument(
      '<run...>',
      'A and B: two folders, each of a run or of repeats with other seeds; with --with all are of A',
    )
    .description(commandNotes.compare.about)
    .option('--with <run...>', 'the runs of B')
    .option(
      '--fail-if <gate>',
      "end with 4 where B is surely beyond A by so much: 'ttft.p90 > +5%'. May be given several times",
      repeated((text: string, before: readonly Gate[] = []) => [...before, parseGate(text)]),
    )
    .option('--lenient', 'end with 0 where no gate fails, though some cannot be told (else with 5)', false)
    .option(
      '--accept <name,...>',
      'in what the work of both is meant to differ: size, until, cache-at-start. Turns are not paired then',
      repeated((text: string, before: readonly string[] = []) => [
        ...before,
        ...text.split(',').map((each) => each.trim()),
      ]),
    )
    .option('--html <file>', 'write one page with the quantiles of both, which needs no network')
    .option('--json', 'the comparison as JSON on stdout', false)
    .option('--quiet', 'no progress', false)
    .addHelpText('after', help())
    .action(async (runs: string[], options: Options) => {
      setExitCode(await compare(runs, options, io))
    })
}

async function compare(given: readonly string[], options: Options, io: Io): Promise<number> {
  const sides = await foldersOf(given, options.with)
  const all = sides.flat().length
  let [at, what] = [0, 'reading']
  const text = () => `${what} ${Math.min(at + 1, all)} of ${all}`
  const progress = startProgress(io, {
    quiet: options.quiet,
    plain: text,
    lines: () => [{ tone: 'plain', text: text() }],
  })
  try {
    const read = async (folders: readonly string[]) => {
      const runs: ComparedRun[] = []
      for (const folder of folders) {
        runs.push(await readComparedRun(folder))
        at += 1
      }
      return runs
    }
    const [a, b] = [await read(sides[0]), await read(sides[1])]
    const { comparison, pairs } = await compareSides(
      { a, b },
      {
        ...{ accepted: options.accept ?? [], gates: options.failIf ?? [], replayed: readPairedRun },
        onPair: (pair) => {
          ;[at, what] = [2 * pair, 'comparing the turns of run']
        },
      },
    )
    if (options.html !== undefined) await writeComparisonPage(options.html, { comparison, a, b, pairs })
    progress.end()
    if (options.html !== undefined && !options.quiet) io.stderr.write(`wrote ${printable(options.html, 300)}\n`)
    if (options.json) writeJson(io, comparison)
    else io.stdout.write(renderRunComparison(comparison))
    return exitCodeOf(comparison.gates ?? [], options.lenient)
  } finally {
    progress.end()
  }
}

/** @throws UsageError, RunFolderError */
async function foldersOf(
  given: readonly string[],
  others: readonly string[] | undefined,
): Promise<readonly [string[], string[]]> {
  if (others) return [await findRuns(given), await findRuns(others)]
  const [a, b, more] = given
  if (a === undefined || b === undefined || more !== undefined)
    throw new UsageError('Give two folders, A and B; or the runs of A, then --with and those of B.')
  return [await findRuns([a]), await findRuns([b])]
}

function exitCodeOf(gates: readonly { readonly outcome: string }[], lenient: boolean): number {
  if (gates.some(({ outcome }) => outcome === 'fails')) return exitCodes.invalid
  const unknown = gates.some(({ outcome }) => outcome === 'cannot tell')
  return unknown && !lenient ? exitCodes.untold : exitCodes.done
}

function help(): string {
  const metrics = [
    ...new Set(comparedFigureNames.filter((name) => name.includes('.')).map((name) => name.split('.')[0]!)),
  ]
  const others = comparedFigureNames.filter((name) => !name.includes('.'))
  return `
Figures of --fail-if: METRIC.p50, p75, p90, p95, p99, or METRIC alone, the ratio of a typical turn of runs of one plan, of
  ${metrics.join(', ')};
  ${others.join(', ')}.
A gate fails where the whole 95 % interval is beyond it, and passes where none of it is.
${examples(
  'npx reprise compare runs/base runs/new',
  "npx reprise compare runs/base runs/new --fail-if 'tpot > +3%' --fail-if 'output < -5%'",
  'npx reprise compare runs/base-seed-1 runs/base-seed-2 runs/base-seed-3 --with runs/new-seed-1 runs/new-seed-2 runs/new-seed-3',
  'npx reprise compare runs/base runs/new --html compare.html --json',
)}
Ends with 0; with 4 where a gate fails; with 5 where none fails and one cannot be told.
`
}
