import {
  Deployment,
  type EngineConfig,
  gpuNamed,
  modelNamed,
  predictedEngine,
  RooflineError,
  type ServingSettings,
} from '@reprise/engine-sim/core'
import { explainRecipe, type Recipe, type RecipeJob } from '@reprise/launcher'
import type { PlannedJob } from '@reprise/matrix-generator'
import { type ServerFlags, serverFlagsOf } from './server-flags.ts'
import { servingSettingsOf } from './serving-settings.ts'
import type { Uncalibrated } from './uncalibrated.ts'

/** The engine that a job's server is, or in one line why the model cannot be it. */
export type JobEngine =
  | { readonly kind: 'engine'; readonly engine: EngineConfig; readonly uncalibrated?: Uncalibrated }
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
  const missing = notModelled(job, flags, recipe)
  if (missing !== undefined) return refused(missing)
  const deployment = Deployment.safeParse(deploymentOf(job, recipe.engine, flags))
  if (!deployment.success)
    return refused(deployment.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
  const settings = servingSettingsOf(recipe.engine, flags)
  if (typeof settings === 'string') return refused(settings)
  const drafts = draftsOf(recipe, job, flags)
  const ranks = ranksOf(flags)
  try {
    const engine = predictedEngine(deployment.data, {
      ...ofRank({ ...settings, ...drafts }, ranks, recipe.engine),
    })
    const uncalibrated = uncalibratedOf(deployment.data, drafts)
    const ranked = ranks > 1 ? { ...engine, dataParallelSize: ranks } : engine
    return { kind: 'engine', engine: ranked, ...(uncalibrated && { uncalibrated }) }
  } catch (error) {
    if (error instanceof RooflineError) return refused(error.message)
    throw error
  }
}

function refused(reason: string): JobEngine {
  return { kind: 'refused', reason }
}

/** What a row wants that the model has no part for. */
function notModelled(
  { specDecoding, scenario, topology }: PlannedJob,
  flags: ServerFlags,
  { speculation, engine }: Recipe,
): string | undefined {
  if (specDecoding !== 'none' && !speculation)
    return `how many drafts of ${specDecoding} are accepted is not known: its recipe has no speculation with a golden curve`
  const isNative = flags.get('--kv-offloading-backend') === 'native'
  const isHicache = engine === 'sglang' && flags.has('--enable-hierarchical-cache')
  if (scenario.kind === 'agentic-coding' && scenario.offloading.tier !== 'none' && !isNative && !isHicache)
    return `the cache tier in ${scenario.offloading.tier} is not the engine's own, and is not simulated from a configuration`
  const tier = [
    ...['--kv-transfer-config', '--cpu-offload-gb'],
    // What it says of the storage's pages and addresses is not known here.
    ...(isHicache ? ['--hicache-storage-backend-extra-config'] : ['--hicache-storage-backend']),
    ...(isNative ? [] : ['--kv-offloading-size']),
  ]
  const named = tier.find((flag) => flags.has(flag))
  if (named !== undefined) return `${named}: memory beyond the GPU is not simulated from a configuration`
  const stages = flags.get('--pipeline-parallel-size')
  if (Number(stages ?? 1) > 1) return `--pipeline-parallel-size ${stages} is not simulated from a configuration`
  const ranks = ranksOf(flags)
  if (ranks > 1 && engine === 'sglang' && !flags.has('--enable-dp-attention'))
    return `--data-parallel-size ${ranks} without --enable-dp-attention is so many servers, and they are not simulated from a configuration`
  // Several ranks are seen in the flags alone.
  if (ranks === 1 && topology.kind === 'single' && topology.dpAttn)
    return 'it has ranks with an attention of their own, and its recipe does not say how many'
  return undefined
}

function ranksOf(flags: ServerFlags): number {
  return Number(flags.get('--data-parallel-size') ?? flags.get('--dp-size') ?? 1)
}

/** What is said of all ranks, for one of them. Source: `dp_size` in SGLang's `ServerArgs` and `ModelRunner`; vLLM's settings are of a rank. */
function ofRank(settings: ServingSettings, ranks: number, framework: 'vllm' | 'sglang'): ServingSettings {
  if (ranks === 1 || framework === 'vllm') return settings
  const { maxSequences, tokensPerStep } = settings
  return {
    ...settings,
    ...(maxSequences !== undefined && { maxSequences: Math.max(1, Math.floor(maxSequences / ranks)) }),
    ...(tokensPerStep !== undefined && { tokensPerStep: Math.floor(tokensPerStep / ranks) }),
  }
}

/** Requests that SGLang runs together where it drafts and nobody says how many. Source: `_handle_speculative_decoding` of its server arguments. */
const DRAFTING_REQUESTS_OF_SGLANG = 48

/** The drafts of a recipe, accepted as often as the golden length of its head says: what its servers are pinned to where speed is measured. */
function draftsOf(
  { speculation, engine }: Recipe,
  { specDecoding }: PlannedJob,
  flags: ServerFlags,
): Pick<ServingSettings, 'speculation' | 'maxSequences'> {
  if (!speculation || specDecoding === 'none') return {}
  const { draftTokens, acceptanceLength } = speculation
  return {
    speculation: { numSpeculativeTokens: draftTokens, syntheticAcceptanceLength: acceptanceLength },
    ...(engine === 'sglang' && !flags.has('--max-running-requests') && { maxSequences: DRAFTING_REQUESTS_OF_SGLANG }),
  }
}

function deploymentOf({ model, precision, runner, topology }: PlannedJob, framework: string, flags: ServerFlags) {
  const { tp, pp, ep } = topology.kind === 'single' ? topology : { tp: 1, pp: 1, ep: 1 }
  const ranks = ranksOf(flags)
  const gpusOfFlag = Number(flags.get('--tensor-parallel-size') ?? tp)
  // SGLang counts the GPUs of all ranks, vLLM those of one.
  const tensorParallel = framework === 'sglang' ? gpusOfFlag / ranks : gpusOfFlag
  const kv = flags.get('--kv-cache-dtype')
  const kvFormat = kv === undefined || kv === 'auto' ? undefined : kv.startsWith('fp8') ? 'fp8' : 'bf16'
  return {
    ...{ model, precision: isOfFourBits(model) ? 'fp4' : precision, framework },
    // `cluster:b200-dgxc` is a fleet of B200.
    gpu: runner.replace(/^.*:/, '').replace(/-.*$/, ''),
    tensorParallel,
    ...(ranks > 1 && { dataParallel: ranks }),
    pipelineParallel: pp,
    expertParallel: flags.has('--enable-expert-parallel')
      ? tensorParallel * ranks
      : Math.max(1, Number(flags.get('--ep-size') ?? ep)),
    ...(kvFormat && { kvFormat }),
  }
}

/**
 * Rows call the published checkpoint of DeepSeek-V4 fp4 or fp8, by which kernels they run it: its experts are of four bits and what is beside them of eight.
 *
 * Source: `DeepseekV4FP8Config` of vLLM (`expert_dtype`), the config.json of the checkpoint.
 */
function isOfFourBits(model: string): boolean {
  return /^deepseek-ai\/DeepSeek-V4/.test(model)
}

/** @throws RooflineError for a name that is not known. */
function uncalibratedOf({ gpu, model }: Deployment, { speculation }: ServingSettings): Uncalibrated | undefined {
  if (!gpuNamed(gpu).calibrated) return 'gpu'
  if (modelNamed(model).unmeasured) return 'model'
  return speculation && 'drafts'
}
