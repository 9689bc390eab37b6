import { readFileSync } from 'node:fs'
import { defaultEngine, type EngineConfig, parseEngineConfig } from '@reprise/engine-sim/core'
import { type Recipe, readRecipe } from '@reprise/launcher'
import type { SweepJob } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import type { Command } from 'commander'
import { type JobOptions, jobOptions } from '../run/job-options.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { several } from '../terminal/output.ts'
import { engineOfJob, type SaidOfJob } from './engine-of-job.ts'
import { type BenchSelection, planBench } from './plan-bench.ts'
import { pointName } from './point-name.ts'
import { uncalibrated } from './uncalibrated.ts'

/** Which job of a configuration is simulated. */
export type ConfiguredOptions = Pick<BenchSelection, 'conc' | 'scenarioType' | 'configFiles' | 'runnerConfig'> & {
  readonly configKey?: string
  /** Number of the job among those that are left, from 1 on. */
  readonly row?: number
  readonly acceptanceLength?: number
}

export interface ConfiguredEngine {
  readonly engine: EngineConfig
  /** What the job decides of the load and is not given as a flag. */
  readonly load: JobOptions
  /** What is simulated, in a line. */
  readonly told: string
}

/**
 * The engine of a job of a configuration, the first that is left by the selection unless `row` says another, and its load. Flags of the command win.
 *
 * @throws UsageError when there is no such job, or the model cannot be its server. @throws ConfigError for a broken configuration or recipe.
 */
export function configuredEngine(
  { configKey, row = 1, acceptanceLength, ...selection }: ConfiguredOptions & { readonly configKey: string },
  typed: Command,
  io: Io,
): ConfiguredEngine {
  const { jobs } = planBench({ ...selection, configKey: [configKey], debugTrace: false, isSimulated: true }, io)
  const job = jobs[row - 1]
  if (!job)
    throw new UsageError(
      `--row ${row}: --config-key ${configKey} has ${several(jobs.length, 'row')} that are left; the last is ${jobs.length}, ${pointName(jobs.at(-1)!.job)}`,
    )
  const recipe = job.recipe === undefined ? undefined : readRecipe(job.recipe)
  const engine = readJobEngine(job, recipe, acceptanceLength === undefined ? {} : { acceptanceLength })
  const isFree = ([name]: [string, unknown]) => typed.getOptionValueSource(name) !== 'cli'
  const { duration, ...load } = Object.fromEntries(
    Object.entries(jobOptions(job, recipe?.replay ?? {})).filter(isFree),
  ) as JobOptions
  const isTimed = duration !== undefined && typed.getOptionValueSource('passes') !== 'cli'
  return {
    engine: engine.config,
    load: { ...load, ...(isTimed && { duration }) },
    told: toldOf(job, { row, of: jobs.length }, engine.notes),
  }
}

function readJobEngine(
  job: SweepJob,
  recipe: Recipe | undefined,
  said: SaidOfJob,
): { readonly config: EngineConfig; readonly notes: readonly string[] } {
  const found = engineOfJob(recipe, job, said)
  if (found.kind === 'refused')
    throw new UsageError(`${job.name} (${pointName(job.job)}) cannot be simulated: ${found.reason}`)
  if (found.kind === 'engine') {
    const { engine, notes, uncalibrated: why } = found
    return { config: engine, notes: [...notes, ...(why ? [`uncalibrated: ${uncalibrated[why]}`] : [])] }
  }
  const { file } = found
  return { config: file === 'vllm' ? defaultEngine() : parseEngineConfig(readFileSync(file, 'utf8'), file), notes: [] }
}

/** The job that is simulated, how another one is chosen, and what of it is otherwise. */
function toldOf(
  { name, job }: SweepJob,
  { row, of }: { readonly row: number; readonly of: number },
  notes: readonly string[],
): string {
  const others = of === 1 ? '' : `: row ${row} of ${of}, another with --row, --conc or --scenario-type`
  return [`simulating ${name} (${pointName(job)})${others}`, ...notes.map((note) => `  ${note}`)]
    .map((line) => printable(line, 500))
    .join('\n')
}
