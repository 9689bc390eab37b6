import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '@reprise/config-file'
import type { Matrix, Shard } from '@reprise/matrix-generator'
import { RunFolderError, writeFileWhole } from '@reprise/result-aggregator'
import { type Command, Option } from 'commander'
import {
  addFileOptions,
  addFilterOptions,
  addSweepOptions,
  commonFlags,
  entryFilter,
  type FilterOptions,
  type MatrixFileOptions,
  ourConfigFiles,
  parseInteger,
  parseIntegers,
  type SweepOptions,
} from '../options/matrix-options.ts'
import { readNamed } from '../options/read-named.ts'
import { type Generator, guarded, type MatrixContext, printSweep, readMatrixFiles, tell } from '../sweep/matrix-run.ts'
import { judgeMissingRecipes, recipeLookup } from '../sweep/recipe-lookup.ts'
import { exitCodes, UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { examples } from '../terminal/output.ts'
import { registerChanged, registerChangelog } from './matrix-changes.ts'

interface FullSweepOptions extends SweepOptions, FilterOptions {
  readonly runnerType?: readonly string[]
  readonly seqLens?: readonly string[]
  readonly stepSize: number
  readonly minConc?: number
  readonly maxConc?: number
  readonly maxTp?: number
  readonly maxEp?: number
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

/** `reprise matrix ...`: master files to jobs. The generator is loaded by the command that needs it, to keep others fast. */
export function registerMatrix(program: Command, io: Io, setExitCode: (code: number) => void): void {
  const matrix = program
    .command('matrix')
    .description('Master YAML to sweep jobs, in the files and flags of InferenceX, checked before a GPU is touched.')
    .addHelpText(
      'after',
      examples(
        'npx reprise matrix validate',
        "npx reprise matrix test-config --config-files configs/local.yaml --config-keys 'sim-*'",
      ),
    )
  const context: MatrixContext = { io, setExitCode }
  registerFullSweep(matrix, context)
  registerTestConfig(matrix, context)
  registerRunnerModelSweep(matrix, context)
  registerValidate(matrix, context)
  registerShard(matrix, context)
  registerChanged(matrix, context)
  registerChangelog(matrix, context)
}

function registerFullSweep(matrix: Command, context: MatrixContext): void {
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
    .addHelpText(
      'after',
      examples(
        'npx reprise matrix full-sweep --config-files configs/nvidia-master.yaml --model-prefix dsr1 --no-evals',
        'npx reprise matrix full-sweep --config-files configs/nvidia-master.yaml configs/amd-master.yaml --estimate',
      ),
    )
    .action((options: FullSweepOptions) =>
      printSweep(context, options, (generator, files) => {
        const { runnerType, ...limits } = options
        return generator.expandFullSweep(files, {
          ...commonFlags(options),
          ...entryFilter(options),
          ...pick(limits, ['seqLens', 'stepSize', 'minConc', 'maxConc', 'maxTp', 'maxEp']),
          ...(runnerType && { runnerTypes: runnerType }),
        })
      }),
    )
}

function registerTestConfig(matrix: Command, context: MatrixContext): void {
  addSweepOptions(matrix.command('test-config').description('Every job of the entries named.'))
    .requiredOption('--config-keys <key...>', 'config keys; * and ? are wildcards')
    .option('--conc <n...>', 'only these concurrencies', parseIntegers)
    .addOption(new Option('--seq-lens <name...>', 'sequence lengths').choices(['1k1k', '8k1k']))
    .addHelpText(
      'after',
      examples("npx reprise matrix test-config --config-files configs/local.yaml --config-keys 'sim-*'"),
    )
    .action((options: TestConfigOptions) =>
      printSweep(context, options, (generator, files) =>
        generator.expandTestConfig(files, {
          ...commonFlags(options),
          ...pick(options, ['configKeys', 'conc', 'seqLens']),
          configKeys: options.configKeys,
        }),
      ),
    )
}

function registerRunnerModelSweep(matrix: Command, context: MatrixContext): void {
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
      printSweep(context, options, (generator, files) =>
        generator.expandRunnerModelSweep(files, {
          ...commonFlags(options),
          ...entryFilter(options),
          ...pick(options, ['conc']),
          runnerType: options.runnerType,
        }),
      ),
    )
}

function registerValidate(matrix: Command, context: MatrixContext): void {
  addFileOptions(
    matrix.command('validate').description('Check the files, and all jobs that they lead to.'),
    ourConfigFiles,
  )
    .option('--require-recipes', 'a configuration without a recipe is an error, and no warning', false)
    .option('--json', 'counts and problems as JSON on stdout', false)
    .addHelpText(
      'after',
      examples('npx reprise matrix validate', 'npx reprise matrix validate --config-files my.yaml --json'),
    )
    .action((options: MatrixFileOptions & { json: boolean; requireRecipes: boolean }) =>
      guarded(context, options, async (generator) => {
        const files = readOrReport(context, options, generator)
        const found = generator.validateMatrix(files, await recipeLookup(options))
        const { jobs } = found
        const problems = judgeMissingRecipes(found.problems, options.requireRecipes)
        tell(context.io, options, problems)
        const errors = problems.filter((problem) => problem.severity === 'error').length
        const counts = { entries: files.config.entries.length, jobs: jobs.length, errors }
        context.io.stdout.write(
          options.json
            ? `${JSON.stringify({ ...counts, epoch: files.config.epoch, problems })}\n`
            : `${counts.entries} entries, ${counts.jobs} jobs, ${errors === 0 ? 'no errors' : errors === 1 ? '1 error' : `${errors} errors`}\n`,
        )
        if (errors > 0) context.setExitCode(exitCodes.author)
      }),
    )
}

/** The files; where they cannot be read, the JSON that was asked for says why before the error goes on. */
function readOrReport(
  { io }: MatrixContext,
  options: MatrixFileOptions & { json: boolean },
  generator: Generator,
): Matrix {
  try {
    return readMatrixFiles(generator, options)
  } catch (error) {
    if (options.json && error instanceof ConfigError) {
      const { problems } = error
      const errors = problems.filter(({ severity }) => severity === 'error').length
      io.stdout.write(`${JSON.stringify({ errors, problems })}\n`)
    }
    throw error
  }
}

interface ShardOptions {
  readonly rows: string
  readonly maxJobs: number
  readonly maxBytes: number
  readonly index?: number
  readonly out?: string
}

function registerShard(matrix: Command, { io }: MatrixContext): void {
  matrix
    .command('shard')
    .description(
      'Rows in pieces that GitHub takes as one matrix each. Prints how many; --index prints the rows of one.',
    )
    .option('--rows <file>', 'JSON array of rows; - is stdin', '-')
    .option('--max-jobs <n>', 'jobs of one piece', parseInteger, 256)
    .option('--max-bytes <n>', 'bytes of one piece as compact JSON', parseInteger, 900_000)
    .option('--index <i>', 'print the rows of this piece, counted from 0', parseInteger)
    .option('--out <folder>', 'also write every piece to shard-<i>.json there')
    .option('--json', 'accepted for uniformity: the output is one JSON value anyway', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise matrix shard --rows rows.json --out shards',
        'npx reprise matrix shard --rows rows.json --index 0',
      ),
    )
    .action(async (options: ShardOptions) => {
      const { shardRows } = await import('@reprise/matrix-generator')
      const rows = await readRows(options.rows)
      const pieces = attempt(() => shardRows(rows, options))
      if (options.out !== undefined) await writePieces(options.out, pieces)
      const one = options.index === undefined ? undefined : pieces[options.index]
      if (options.index !== undefined && one === undefined) {
        throw new UsageError(`--index ${options.index}: there are ${pieces.length} pieces, counted from 0`)
      }
      const summary = pieces.map(({ index, rows: { length: jobs }, bytes }) => ({ index, jobs, bytes }))
      io.stdout.write(
        `${JSON.stringify(one ? one.rows : { schema: 'shards/1', jobs: rows.length, shards: summary })}\n`,
      )
    })
}

async function writePieces(folder: string, pieces: readonly Shard<unknown>[]): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    for (const { index, rows } of pieces)
      await writeFileWhole(join(folder, `shard-${index}.json`), JSON.stringify(rows))
  } catch (error) {
    if (error instanceof RunFolderError) throw error
    throw new UsageError(`--out ${folder}: cannot be written to (${(error as NodeJS.ErrnoException).code})`)
  }
}

async function readRows(file: string): Promise<unknown[]> {
  const name = file === '-' ? 'stdin' : file
  const limit = { maxBytes: 64 * 1024 * 1024, cure: 'no matrix is; give what matrix full-sweep prints' }
  const content = await readNamed('--rows', file, { ...limit, stdin: true })
  try {
    const rows: unknown = JSON.parse(content.toString('utf8'))
    if (Array.isArray(rows) && rows.every((row) => typeof row === 'object' && row !== null)) return rows
  } catch {
    // told below, like any other content that is no array
  }
  throw new UsageError(`--rows ${name}: is not a JSON array of rows; give what matrix full-sweep prints`)
}

function attempt<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error
  }
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
