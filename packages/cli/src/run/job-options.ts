import { existsSync } from 'node:fs'
import { type RecipeReplay, readRecipe } from '@reprise/launcher'
import type { SweepJob } from '@reprise/matrix-generator'
import { defaultPreset, fixedLengthPreset, presetOf } from '@reprise/replay-engine/presets'
import { identityOfJob, lanesOfJob } from '@reprise/result-aggregator'
import type { Command } from 'commander'
import type { LoadOptions } from '../options/load-options.ts'
import { readJob } from '../options/read-job.ts'
import type { EndpointOptions } from './connect-endpoint.ts'

/** Of the options of `replay`, those that a job can decide. */
export type JobOptions = Partial<LoadOptions> &
  Pick<EndpointOptions, 'model' | 'hardware' | 'gpus' | 'job'> & { readonly debugTrace?: boolean }

/**
 * The options with what the job in `--job` and its recipe say; a flag that was given wins. `typed` is the command that was given the flags.
 *
 * @throws UsageError where the file is no job; ConfigError for a broken recipe.
 */
export async function withJob<Options extends { readonly job?: string }>(
  options: Options,
  typed: Command,
): Promise<Omit<Options, 'job'> & JobOptions> {
  const { job: file, ...given } = options
  if (file === undefined) return given
  const job = await readJob(file)
  const { recipe } = job
  const decided = jobOptions(job, recipe !== undefined && existsSync(recipe) ? readRecipe(recipe).replay : {})
  const isFree = ([name]: [string, unknown]) => typed.getOptionValueSource(name) !== 'cli'
  const free = Object.fromEntries(Object.entries(decided).filter(isFree)) as JobOptions
  // A run ends with its window or with its passes.
  const { duration, ...untimed } = free
  return { ...given, ...(typed.getOptionValue('passes') === undefined ? free : untimed), job }
}

/**
 * How a job is replayed. An agentic one by the default preset unless its recipe names another preset, for as long as it says; one of fixed
 * lengths with its own.
 */
export function jobOptions(job: SweepJob, recipe: RecipeReplay): JobOptions {
  const { scenario, model } = job.job
  const { hardware, gpus } = identityOfJob(job)
  const load =
    scenario.kind === 'agentic-coding'
      ? { preset: recipe.preset ?? defaultPreset, duration: scenario.durationS * 1_000 }
      : fixedLengths(scenario)
  return {
    ...load,
    lanes: [...lanesOfJob(job)],
    model,
    hardware,
    gpus,
    ...(recipe.timeScale !== undefined && { timeScale: recipe.timeScale }),
    ...(recipe.quiesceMs !== undefined && { quiesceMs: recipe.quiesceMs }),
    ...(recipe.maxContextTokens !== undefined && { maxContext: recipe.maxContextTokens }),
    ...(job.debugTrace && { debugTrace: true }),
  }
}

/** The preset of just these lengths, or the one that takes any, with them. */
function fixedLengths(scenario: { readonly inputTokens: number; readonly outputTokens: number }): JobOptions {
  const preset = fixedLengthPreset(scenario)
  const corpus = presetOf(preset)?.corpus
  const takesLengths = corpus?.kind === 'fixed-lengths' && corpus.takesLengths
  return { preset, ...(takesLengths && { isl: scenario.inputTokens, osl: scenario.outputTokens }) }
}
