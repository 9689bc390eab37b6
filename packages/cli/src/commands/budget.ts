import { readBudget } from '@reprise/result-aggregator'
import { type BudgetGoal, findRuns } from '@reprise/result-aggregator/run'
import { type Command, Option } from 'commander'
import { makePilots } from '../capacity/make-pilots.ts'
import { renderBudget } from '../capacity/render-budget.ts'
import { commandNotes } from '../options/command-notes.ts'
import { parseDurationMs, parseWhole, parseWholeList } from '../options/parse.ts'
import { parseHalfWidths } from '../options/parse-half-widths.ts'
import { runFolders } from '../options/run-folders.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes, UsageError } from '../terminal/exit-codes.ts'
import { examples, writeJson } from '../terminal/output.ts'

interface Options {
  readonly halfWidth: readonly BudgetGoal[]
  readonly lanes?: readonly number[]
  readonly pilot: number
  readonly gpus?: number
  readonly out?: string
  readonly overwrite: boolean
  readonly json: boolean
  readonly quiet: boolean
}

/** `reprise budget`: what it takes to know figures so exactly. */
export function registerBudget(program: Command, context: CommandContext): void {
  program
    .command('budget')
    .description(commandNotes.budget.about)
    .allowUnknownOption()
    .argument(
      '[run...]',
      'folders of pilot runs; without any, pilots are simulated, and every option of simulate goes to them',
    )
    .option(
      '--half-width <figure=share>',
      'figures, and half of their 95 % intervals as a share of them',
      parseHalfWidths,
      usual,
    )
    .option('--lanes <n,...>', 'numbers of lanes to simulate a pilot at; default: 4,16,64', parseWholeList(1))
    .addOption(
      new Option('--pilot <time>', 'window of each simulated pilot')
        .argParser(parseDurationMs)
        .default(3_600_000, '1h'),
    )
    .option('--gpus <n>', 'accelerators of the deployment; default: as the pilots say', parseWhole(1))
    .option('--out <folder>', 'of simulated pilots; default: a new one under runs/')
    .option('--overwrite', 'replace the pilots that the folder holds', false)
    .option('--json', 'the budgets as JSON on stdout, everything else on stderr', false)
    .option('--quiet', 'no progress', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise budget runs/pilot --half-width ttft_p90=10%,tpot_p50=5%,output=5% --gpus 8',
        'npx reprise budget --traces traces/ --lanes 4,16,64 --pilot 1h --half-width ttft_p50=10%',
      ),
    )
    .action(async (words: string[], options: Options) => context.setExitCode(await budget(options, words, context)))
}

const usual: readonly BudgetGoal[] = parseHalfWidths('ttft_p50=10%,ttft_p90=10%,tpot_p50=5%,e2e_p90=10%,output=5%')

async function budget(options: Options, words: readonly string[], context: CommandContext): Promise<number> {
  const { io } = context
  const { halfWidth, json, gpus } = options
  const first = words.findIndex((word) => word.startsWith('-'))
  const [named, handedOn] = first < 0 ? [words, []] : [words.slice(0, first), words.slice(first)]
  const pilots =
    named.length > 0
      ? { folders: await findRuns(pilotsNamed(named, handedOn, options)) }
      : await simulated(options, handedOn, context)
  if ('exitCode' in pilots) return pilots.exitCode
  const budgets = await readBudget(pilots.folders, halfWidth, { gpus })
  if (json) writeJson(io, { schema: 'budget/1', budgets })
  else io.stdout.write(renderBudget(budgets))
  return exitCodes.done
}

/** @throws UsageError where there is something to simulate too. */
function pilotsNamed(named: readonly string[], handedOn: readonly string[], { lanes }: Options): readonly string[] {
  const stray = lanes === undefined ? handedOn[0] : '--lanes'
  if (stray === undefined) return named
  throw new UsageError(
    `${stray} is of simulated pilots, and runs are named: leave one of the two out. A budget is of the loads of its pilots.`,
  )
}

async function simulated(options: Options, handedOn: readonly string[], context: CommandContext) {
  const folder = runFolders({ ...options, kind: 'budget', points: [{}], now: new Date() }).base
  const words = ['--duration', `${options.pilot}ms`, ...handedOn]
  return makePilots(options.lanes ?? [4, 16, 64], { ...options, words, folder }, context)
}
