import { readFileSync } from 'node:fs'
import { defaultEngine, type EngineConfig, parseEngineConfig } from '@reprise/engine-sim/core'
import { type Recipe, readRecipe } from '@reprise/launcher'
import type { SweepJob } from '@reprise/matrix-generator'
import type { Command } from 'commander'
import { type JobOptions, jobOptions } from '../run/job-options.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { engineOfJob } from './engine-of-job.ts'
import { type BenchSelection, planBench } from './plan-bench.ts'
import { uncalibrated } from './uncalibrated.ts'

/** Which job of a configuration is simulated. */
export type ConfiguredOptions = Pick<BenchSelection, 'conc' | 'scenarioType' | 'configFiles' | 'runnerConfig'> & {
  readonly configKey?: string
}

export interface ConfiguredEngine {
  readonly engine: EngineConfig
  /** What the job decides of the load and is not given as a flag. */
  readonly load: JobOptions
  /** What is simulated, in a line. */
  readonly told: string
}

/**
 * The engine of the first job of a configuration that is left by the selection, and its load. Flags of the command win.
 *
 * @throws UsageError when there is no such job, or the model cannot be its server. @throws ConfigError for a broken configuration or recipe.
 */
export function configuredEngine(
  { configKey, ...selection }: ConfiguredOptions & { readonly configKey: string },
  typed: Command,
  io: Io,
): ConfiguredEngine {
  const { jobs } = planBench({ ...selection, configKey: [configKey], debugTrace: false, isLaunched: false }, io)
  const [job] = jobs
  if (job?.recipe === undefined) throw new UsageError(`--config-key ${configKey}: no job of it has a recipe`)
  const recipe = readRecipe(job.recipe)
  const engine = readJobEngine(job, recipe)
  const isFree = ([name]: [string, unknown]) => typed.getOptionValueSource(name) !== 'cli'
  const { duration, ...load } = Object.fromEntries(
    Object.entries(jobOptions(job, recipe.replay)).filter(isFree),
  ) as JobOptions
  const isTimed = duration !== undefined && typed.getOptionValueSource('passes') !== 'cli'
  return {
    engine: engine.config,
    load: { ...load, ...(isTimed && { duration }) },
    told: toldOf(job, jobs.length, engine.note),
  }
}

function readJobEngine(job: SweepJob, recipe: Recipe): { readonly config: EngineConfig; readonly note: string } {
  const found = engineOfJob(recipe, job)
  if (found.kind === 'refused') throw new UsageError(`${job.name} cannot be simulated: ${found.reason}`)
  if (found.kind === 'engine')
    return {
      config: found.engine,
      note: found.uncalibrated ? `; ${uncalibrated[found.uncalibrated]}: uncalibrated` : '',
    }
  const { file } = found
  return { config: file === 'vllm' ? defaultEngine() : parseEngineConfig(readFileSync(file, 'utf8'), file), note: '' }
}

function toldOf({ name }: SweepJob, jobs: number, note: string): string {
  const others = jobs === 1 ? '' : `, the first of ${jobs} jobs (--conc and --scenario-type choose)`
  return `simulating ${name}${others}${note}`
}
