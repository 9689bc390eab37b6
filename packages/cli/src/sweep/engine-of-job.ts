import {
  Deployment,
  type EngineConfig,
  engineOfDeployment,
  frameworkConstants,
  RooflineError,
} from '@reprise/engine-sim/core'
import { explainRecipe, type Recipe, type RecipeJob } from '@reprise/launcher'
import type { PlannedJob } from '@reprise/matrix-generator'
import { type ServerFlags, serverFlagsOf } from './server-flags.ts'
import { servingSettingsOf } from './serving-settings.ts'

/** The engine that a job's server is, or in one line why the model cannot be it. */
export type JobEngine =
  | { readonly kind: 'engine'; readonly engine: EngineConfig; readonly calibrated: boolean }
  | { readonly kind: 'description'; readonly file: string }
  | { readonly kind: 'refused'; readonly reason: string }

/**
 * What the server of a job is as an engine: its model, GPUs and topology from the row, its scheduler from the flags that the recipe gives it. A
 * server that is this model itself names its own description.
 */
export function engineOfJob(recipe: Recipe, recipeJob: RecipeJob): JobEngine {
  const { job } = recipeJob
  const [server, ...others] = explainRecipe(recipe, [recipeJob]).shapes[0]?.processes ?? []
  if (!server) return refused('the recipe starts nothing for it')
  if (others.length > 0 || job.topology.kind === 'multi')
    return refused('it has several workers; separate prefill and decode workers are not simulated from a configuration')
  const flags = serverFlagsOf(server)
  if (recipe.engine === 'sim') return { kind: 'description', file: flags.get('--engine') ?? 'vllm' }
  if (recipe.engine === 'other') return refused('its engine is neither vLLM nor SGLang')
  const missing = notModelled(job, flags)
  if (missing !== undefined) return refused(missing)
  const deployment = Deployment.safeParse(deploymentOf(job, recipe.engine, flags))
  if (!deployment.success)
    return refused(deployment.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
  const settings = servingSettingsOf(recipe.engine, flags)
  if (typeof settings === 'string') return refused(settings)
  try {
    const engine = engineOfDeployment(deployment.data, { ...settings, scale: frameworkConstants[recipe.engine].scale })
    return { kind: 'engine', engine, calibrated: !/^mi\d/.test(deployment.data.gpu) }
  } catch (error) {
    if (error instanceof RooflineError) return refused(error.message)
    throw error
  }
}

function refused(reason: string): JobEngine {
  return { kind: 'refused', reason }
}

/** What a row wants that the model has no part for. */
function notModelled({ specDecoding, scenario, topology }: PlannedJob, flags: ServerFlags): string | undefined {
  if (specDecoding !== 'none') return `speculative decoding (${specDecoding}) is not modelled`
  const isNative = flags.get('--kv-offloading-backend') === 'native'
  if (scenario.kind === 'agentic-coding' && scenario.offloading.tier !== 'none' && !isNative)
    return `the cache tier in ${scenario.offloading.tier} is not vLLM's own, and is not simulated from a configuration`
  if (topology.kind === 'single' && topology.dpAttn)
    return 'ranks with an attention of their own are not simulated from a configuration'
  const tier = [
    ...['--enable-hierarchical-cache', '--kv-transfer-config', '--cpu-offload-gb'],
    ...(isNative ? [] : ['--kv-offloading-size']),
  ]
  const named = tier.find((flag) => flags.has(flag))
  if (named !== undefined) return `${named}: memory beyond the GPU is not simulated from a configuration`
  const ranks = ['--data-parallel-size', '--pipeline-parallel-size'].find((flag) => Number(flags.get(flag) ?? 1) > 1)
  return ranks === undefined ? undefined : `${ranks} ${flags.get(ranks)} is not simulated from a configuration`
}

function deploymentOf({ model, precision, runner, topology }: PlannedJob, framework: string, flags: ServerFlags) {
  const { tp, pp, ep } = topology.kind === 'single' ? topology : { tp: 1, pp: 1, ep: 1 }
  const kv = flags.get('--kv-cache-dtype')
  const kvFormat = kv === undefined || kv === 'auto' ? undefined : kv.startsWith('fp8') ? 'fp8' : 'bf16'
  return {
    ...{ model, precision, framework },
    // `cluster:b200-dgxc` is a fleet of B200.
    gpu: runner.replace(/^.*:/, '').replace(/-.*$/, ''),
    tensorParallel: Number(flags.get('--tensor-parallel-size') ?? tp),
    pipelineParallel: pp,
    expertParallel: flags.has('--enable-expert-parallel') ? tp : Math.max(1, Number(flags.get('--ep-size') ?? ep)),
    ...(kvFormat && { kvFormat }),
  }
}
