import { expandFullSweep, expandRunnerModelSweep, expandTestConfig } from '@reprise/matrix-generator'
import { type Command, Option } from 'commander'
import {
  addFilterOptions,
  addSweepOptions,
  commonFlags,
  entryFilter,
  type FilterOptions,
  parseInteger,
  parseIntegers,
  type SweepOptions,
} from '../options/matrix-options.ts'
import { printSweep } from '../sweep/print-jobs.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import { examples } from '../terminal/output.ts'

interface FullSweepOptions extends SweepOptions, FilterOptions {
  readonly runnerType?: readonly string[]
  readonly seqLens?: readonly string[]
  readonly stepSize: number
  readonly minConc?: number
  readonly maxConc?: number
  readonly maxTp?: number
  readonly maxEp?: number
  readonly screen: boolean
  readonly drop: boolean
}

interface TestConfigOptions extends SweepOptions {
  readonly configKeys: readonly string[]
  readonly conc?: readonly number[]
  readonly seqLens?: readonly string[]
}

interface RunnerModelSweepOptions extends SweepOptions, FilterOptions {
  readonly runnerType: string
  readonly conc?: number
}

/** `reprise matrix full-sweep`: every job that the filters leave. */
export function registerFullSweep(matrix: Command, context: CommandContext): void {
  const command = addFilterOptions(
    addSweepOptions(matrix.command('full-sweep').description('Every job of the entries that pass the filters.')),
  )
  command
    .option('--runner-type <label...>', 'runner labels')
    .addOption(new Option('--seq-lens <name...>', 'sequence lengths').choices(['1k1k', '8k1k']))
    .option('--step-size <n>', 'factor between the concurrencies of a range', parseInteger, 2)
    .option('--min-conc <n>', 'lowest concurrency', parseInteger)
    .option('--max-conc <n>', 'highest concurrency', parseInteger)
    .option('--max-tp <n>', 'widest tensor parallelism of a single node', parseInteger)
    .option('--max-ep <n>', 'expert parallelism of a single node is clamped to this', parseInteger)
    .option('--screen', 'order by what the engine model predicts: what is on its frontier first', false)
    .option(
      '--drop',
      'with --screen: leave out what another job of its configuration beats by more than the published error',
      false,
    )
    .addHelpText(
      'after',
      examples(
        'npx reprise matrix full-sweep --config-files configs/nvidia-master.yaml --model-prefix dsr1 --no-evals',
        'npx reprise matrix full-sweep --config-files configs/nvidia-master.yaml configs/amd-master.yaml --estimate',
        'npx reprise matrix full-sweep --config-files configs/nvidia-master.yaml --model-prefix gptoss --screen',
      ),
    )
    .action((options: FullSweepOptions) =>
      printSweep(context, options, async (files) => {
        const { runnerType, screen, drop, ...limits } = options
        if (drop && !screen) throw new UsageError('--drop leaves out what --screen finds; give that too')
        if (screen && options.order === 'priority')
          throw new UsageError('--screen and --order priority are two orders; leave one out')
        const sweep = expandFullSweep(files, {
          ...commonFlags(options),
          ...entryFilter(options),
          ...pick(limits, ['seqLens', 'stepSize', 'minConc', 'maxConc', 'maxTp', 'maxEp']),
          ...(runnerType && { runnerTypes: runnerType }),
        })
        if (!screen) return sweep
        // Recipes and the engine model are for screening alone: rows are printed without the time that loading them takes.
        const { screenSweep } = await import('../sweep/screen-sweep.ts')
        const screened = screenSweep(sweep, files, { drop })
        context.io.stderr.write(`${screened.told}\n`)
        return screened.sweep
      }),
    )
}

/** `reprise matrix test-config`: the jobs of entries by their names. */
export function registerTestConfig(matrix: Command, context: CommandContext): void {
  addSweepOptions(matrix.command('test-config').description('Every job of the entries named.'))
    .requiredOption('--config-keys <key...>', 'config keys; * and ? are wildcards')
    .option('--conc <n...>', 'only these concurrencies', parseIntegers)
    .addOption(new Option('--seq-lens <name...>', 'sequence lengths').choices(['1k1k', '8k1k']))
    .addHelpText(
      'after',
      examples("npx reprise matrix test-config --config-files configs/local.yaml --config-keys 'sim-*'"),
    )
    .action((options: TestConfigOptions) =>
      printSweep(context, options, (files) =>
        expandTestConfig(files, {
          ...commonFlags(options),
          ...pick(options, ['configKeys', 'conc', 'seqLens']),
          configKeys: options.configKeys,
        }),
      ),
    )
}

/** `reprise matrix runner-model-sweep`: a job for every runner of a label. */
export function registerRunnerModelSweep(matrix: Command, context: CommandContext): void {
  addFilterOptions(
    addSweepOptions(
      matrix.command('runner-model-sweep').description('One small job per runner and configuration of a label.'),
    ),
  )
    .requiredOption('--runner-type <label>', 'runner label')
    .option('--conc <n>', 'concurrency of every job; default: the lowest of each configuration', parseInteger)
    .addHelpText(
      'after',
      examples(
        'npx reprise matrix runner-model-sweep --config-files configs/amd-master.yaml --runner-type cluster:mi355x-amds',
      ),
    )
    .action((options: RunnerModelSweepOptions) =>
      printSweep(context, options, (files) =>
        expandRunnerModelSweep(files, {
          ...commonFlags(options),
          ...entryFilter(options),
          ...pick(options, ['conc']),
          runnerType: options.runnerType,
        }),
      ),
    )
}

/** The members that are there, without those that are undefined. */
function pick<T extends object, K extends keyof T>(
  from: T,
  keys: readonly K[],
): { [P in K]?: Exclude<T[P], undefined> } {
  return Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]])) as {
    [P in K]?: Exclude<T[P], undefined>
  }
}
