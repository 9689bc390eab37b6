import type { CommonFlags, EntryFilter, Epoch, ScenarioType } from '@reprise/matrix-generator'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseDurationS, parseNumber } from './parse.ts'

/** What every `matrix` command is told about its files and about what it prints. */
export interface MatrixFileOptions {
  readonly configFiles: readonly string[]
  readonly runnerConfig: string
  readonly epoch?: Epoch
  readonly compat: boolean
  readonly annotations: boolean
}

/** The options that all expansions share, as commander gives them. */
export interface SweepOptions extends MatrixFileOptions {
  readonly evals: boolean
  readonly evalsOnly: boolean
  readonly allEvals: boolean
  readonly runnerNodeFilter?: string
  readonly scenarioType?: readonly ScenarioType[]
  readonly allowEmpty: boolean
  readonly withIds: boolean
  readonly order: 'file' | 'priority'
  readonly canary?: 'only' | 'without' | 'first'
  readonly estimate: boolean
  readonly as: 'rows' | 'jobs'
  /** Seconds. */
  readonly durationOverride?: number
  readonly agentxFast: boolean
  readonly debugTrace: boolean
  readonly trim: boolean
  readonly requireRecipes: boolean
  readonly requireLaunches: boolean
  readonly budgetGpuHours?: number
  readonly confirmGpuHours?: number
  /** Files. */
  readonly reuse?: readonly string[]
}

/** `--model-prefix` and its like, as commander gives them. */
export interface FilterOptions {
  readonly modelPrefix?: readonly string[]
  readonly precision?: readonly string[]
  readonly framework?: readonly string[]
  readonly singleNode: boolean
  readonly multiNode: boolean
}

export const ourConfigFiles = ['configs/nvidia-master.yaml', 'configs/amd-master.yaml', 'configs/local.yaml']

/** The files, where they are not all among the project's own: whoever plans the same again has to name them. */
export function foreignConfigFiles(files: readonly string[]): { readonly configFiles?: readonly string[] } {
  return files.every((file) => ourConfigFiles.includes(file)) ? {} : { configFiles: files }
}

export function addFileOptions(command: Command, defaultFiles?: readonly string[]): Command {
  const files = new Option('--config-files <file...>', 'master files')
  if (defaultFiles === undefined) files.makeOptionMandatory()
  else files.default(defaultFiles)
  return command
    .addOption(files)
    .option('--runner-config <file>', 'runner labels and hardware', 'configs/runners.yaml')
    .addOption(
      new Option('--epoch <name>', 'public form of the files; default: detected').choices(['apr2026', 'aug2026']),
    )
    .option('--compat', "InferenceX's own behaviour, defects and exit codes included", false)
    .option('--annotations', 'problems as GitHub annotations; default in a workflow', false)
}

export function addSweepOptions(command: Command): Command {
  return addPrintOptions(addFileOptions(command))
    .option('--no-evals', 'leave evaluations out')
    .option('--evals-only', 'only the jobs that evaluate', false)
    .option('--all-evals', 'evaluate every job that can be; only those are printed', false)
    .option('--runner-node-filter <text>', 'one job per runner whose name holds the text')
    .addOption(
      new Option('--scenario-type <type...>', 'kinds of scenarios').choices(['fixed-seq-len', 'agentic-coding']),
    )
    .option('--allow-empty', 'finding no job is fine', false)
    .option('--json', 'accepted for uniformity: the output is one JSON value anyway', false)
}

/** What every expansion can be told about the jobs that it prints. */
export function addPrintOptions(command: Command): Command {
  return command
    .option('--with-ids', 'add config-key, gpus and point-id to each row', false)
    .addOption(new Option('--order <how>', 'order of the rows').choices(['file', 'priority']).default('file'))
    .addOption(
      new Option(
        '--canary <part>',
        'the one cheapest job, or all others; with --as jobs also: all, that one first',
      ).choices(['only', 'without', 'first']),
    )
    .option('--estimate', 'print GPU hours and wall time instead of the rows', false)
    .addOption(
      new Option('--as <form>', 'rows as InferenceX writes them, or jobs as runners take them')
        .choices(['rows', 'jobs'])
        .default('rows'),
    )
    .addOption(
      new Option(
        '--duration-override <time>',
        'length of every agentic window, instead of what the files say: 1200, 20m',
      ).argParser(parseDurationS),
    )
    .addOption(
      new Option('--agentx-fast', 'every agentic window lasts 1,200 s: a quick look, and points of its own')
        .default(false)
        .conflicts('durationOverride'),
    )
    .option('--debug-trace', 'with --as jobs: keep requests, chunks and token ids of each job', false)
    .option('--trim', 'each recipe at its lowest concurrency only', false)
    .option('--require-recipes', 'with --as jobs: a job without a recipe is an error', false)
    .option('--require-launches', 'with --as jobs: a job that this build cannot launch is an error', false)
    .option(
      '--budget-gpu-hours <n>',
      'with --as jobs: a sweep that takes more is refused, unless it is confirmed',
      parseNumber(0, 1e9),
    )
    .option(
      '--confirm-gpu-hours <n>',
      'a sweep of so many GPU hours is meant, whatever the budget',
      parseNumber(0, 1e9),
    )
    .option(
      '--reuse <index...>',
      'with --as jobs: points that these index.json of earlier results hold are not run again, where nothing has changed',
    )
}

export function addFilterOptions(command: Command): Command {
  return command
    .option('--model-prefix <prefix...>', 'config keys that begin so')
    .option('--precision <name...>', 'precisions')
    .option('--framework <name...>', 'frameworks')
    .option('--single-node', 'only single-node configurations', false)
    .option('--multi-node', 'only multi-node configurations', false)
}

export function commonFlags(options: SweepOptions): CommonFlags {
  return {
    noEvals: !options.evals,
    evalsOnly: options.evalsOnly,
    allEvals: options.allEvals,
    allowEmpty: options.allowEmpty,
    ...(options.runnerNodeFilter !== undefined && { runnerNodeFilter: options.runnerNodeFilter }),
    ...(options.scenarioType && { scenarioTypes: options.scenarioType }),
  }
}

export function entryFilter({ modelPrefix, precision, framework, singleNode, multiNode }: FilterOptions): EntryFilter {
  return {
    singleNode,
    multiNode,
    ...(modelPrefix && { modelPrefixes: modelPrefix }),
    ...(precision && { precisions: precision }),
    ...(framework && { frameworks: framework }),
  }
}

/** A whole number, negative ones included: whether it makes sense, the expansion decides. */
export function parseInteger(text: string): number {
  const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('Write a whole number.')
  return value
}

/** Collects the values of a variadic option of whole numbers. */
export function parseIntegers(text: string, before: readonly number[] | undefined): number[] {
  return [...(before ?? []), parseInteger(text)]
}
