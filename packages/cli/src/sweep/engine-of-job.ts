import {
  checkEngineConfig,
  Deployment,
  type EngineConfig,
  EngineConfigError,
  type EngineSetup,
  gpuNamed,
  handOverLink,
  isSglang,
  modelNamed,
  predictedEngine,
  RooflineError,
  type ServingSettings,
} from '@reprise/engine-sim/core'
import type { Recipe, RecipeJob } from '@reprise/launcher'
import type { PlannedJob } from '@reprise/matrix-generator'
import { rowHostTier, vllmHostTier } from './host-tier.ts'
import { ASSUMED_DRAFTS, jobDrafts, limitOfDrafts } from './job-drafts.ts'
import { type JobRouters, jobRouters } from './job-routers.ts'
import { type EngineName, type ServedJob, type ServedWorkers, servedJob } from './served-job.ts'
import { servingSettingsOf } from './serving-settings.ts'
import type { Uncalibrated } from './uncalibrated.ts'
import { ranksOf, workerDeployment } from './worker-deployment.ts'

/** The engine that a job's server is, or in one line why the model cannot be it. */
export type JobEngine =
  | {
      readonly kind: 'engine'
      readonly engine: EngineConfig
      readonly uncalibrated?: Uncalibrated
      /** What of it neither row nor recipe says, or the model has otherwise: a line each. */
      readonly notes: readonly string[]
    }
  | { readonly kind: 'description'; readonly file: string }
  | { readonly kind: 'refused'; readonly reason: string }

/**
 * What the servers of a job are as an engine: models, GPUs and topology from the row, schedulers and routers from the flags that the recipe gives them, or without a recipe the framework's
 * own. A server that is this model itself names its own description.
 */
export function engineOfJob(recipe: Recipe | undefined, recipeJob: RecipeJob, said: SaidOfJob = {}): JobEngine {
  const served = servedJob(recipe, recipeJob)
  if (typeof served === 'string') return refused(served)
  if (served.engine === 'sim') return simulatedItself(served)
  try {
    return engineOfServed({ ...served, ...said, engine: served.engine }, recipe, recipeJob)
  } catch (error) {
    if (error instanceof RooflineError || error instanceof EngineConfigError || error instanceof Unmodelled)
      return refused(error.message)
    throw error
  }
}

/** What neither row nor recipe says, and a user may. */
export interface SaidOfJob {
  /** Tokens that a verification of drafts yields on average; default: the golden length of the model's head. */
  readonly acceptanceLength?: number
}

/** A part of a job has no part in the model. */
class Unmodelled extends Error {}

function given<Value>(value: Value | string): Value {
  if (typeof value === 'string') throw new Unmodelled(value)
  return value
}

function refused(reason: string): JobEngine {
  return { kind: 'refused', reason: reason.replace(/\s+/g, ' ') }
}

function simulatedItself({ workers: [first, ...others] }: ServedJob): JobEngine {
  if (others.length > 0 || first.count > 1)
    return refused('its servers are this model itself, several of them; give simulate --engine and --workers')
  return { kind: 'description', file: first.flags.get('--engine') ?? 'vllm' }
}

type Served = ServedJob & SaidOfJob & { readonly engine: EngineName }

function engineOfServed(served: Served, recipe: Recipe | undefined, { job }: RecipeJob): JobEngine {
  const [first, second] = served.workers.map((worker) => workerOf(served, worker, recipe, job))
  const ranked = [first, second].some((worker) => worker && worker.ranks > 1)
  const routers = given(jobRouters(served, ranked))
  const engine = second
    ? apartEngine(served, [first!, second], routers)
    : togetherEngine(served.workers[0], first!, routers)
  checkEngineConfig(engine)
  const uncalibrated = uncalibratedOf(first!, second !== undefined)
  const notes = [...notesOf(served, recipe, job), ...(engine.fleet ? routers.notes : [])]
  return { kind: 'engine', engine, notes, ...(uncalibrated && { uncalibrated }) }
}

interface JobWorker {
  readonly deployment: Deployment
  readonly settings: ServingSettings
  readonly ranks: number
  readonly engine: EngineConfig
}

function workerOf(served: Served, worker: ServedWorkers, recipe: Recipe | undefined, job: PlannedJob): JobWorker {
  const { engine, withoutRecipe } = served
  const missing = notModelled(worker, engine, withoutRecipe !== undefined)
  if (missing !== undefined) throw new Unmodelled(missing)
  const ranks = ranksOf(worker, withoutRecipe !== undefined)
  const parsed = Deployment.safeParse(workerDeployment(job, engine, worker, ranks))
  if (!parsed.success)
    throw new Unmodelled(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
  const drafts = given(jobDrafts(recipe, job, served.acceptanceLength))
  const settings = ofRank(
    {
      ...(withoutRecipe === undefined ? given(servingSettingsOf(engine, worker.flags)) : rowSettings(job)),
      ...tierOf(served, worker, job, parsed.data),
      ...drafts,
      ...limitOfDrafts(drafts, engine, worker.flags),
    },
    ranks,
    engine,
  )
  return { deployment: parsed.data, settings, ranks, engine: predictedEngine(parsed.data, settings) }
}

/** What a worker's flags and sizes want that the model has no part for. */
function notModelled({ flags, sizes }: ServedWorkers, engine: EngineName, withoutRecipe: boolean): string | undefined {
  const isHicache = engine === 'sglang' && flags.has('--enable-hierarchical-cache')
  const storage = isHicache ? '--hicache-storage-backend-extra-config' : '--hicache-storage-backend'
  const memory = [storage, '--cpu-offload-gb'].find((flag) => flags.has(flag))
  if (memory !== undefined) return `${memory}: ${beyond[memory]}`
  const stages = Number(flags.get('--pipeline-parallel-size') ?? sizes.pp)
  if (stages > 1) return `steps of ${stages} stages (pipeline parallel) are not modelled`
  if (sizes.dcpSize > 1 || sizes.pcpSize > 1) return 'context parallel GPUs (dcp-size, pcp-size) are not modelled'
  const ranks = ranksOf({ flags, sizes, role: 'server', count: 1 }, withoutRecipe)
  if (ranks > 1 && engine === 'sglang' && !withoutRecipe && !flags.has('--enable-dp-attention'))
    return `--data-parallel-size ${ranks} without --enable-dp-attention is so many servers, and they are not simulated from a configuration`
  // Several ranks are seen in the flags alone.
  if (ranks === 1 && sizes.dpAttn)
    return 'it has ranks with an attention of their own, and its recipe does not say how many'
  return undefined
}

const beyond: Readonly<Record<string, string>> = {
  '--hicache-storage-backend':
    "there is no storage without SGLang's host tier; its recipe wants --enable-hierarchical-cache",
  '--hicache-storage-backend-extra-config': 'what it says of pages and addresses is not modelled',
  '--cpu-offload-gb': "weights in the host's memory are not modelled",
}

/** Of a row alone: contexts as long as it asks for. */
function rowSettings({ scenario }: PlannedJob): ServingSettings {
  return scenario.kind === 'fixed-seq-len' ? { maxModelLen: scenario.maxModelTokens } : {}
}

/** The tier behind a worker's cache. A row that wants one and whose recipe has none is not what it says. */
function tierOf(
  { engine, workers, withoutRecipe }: Served,
  worker: ServedWorkers,
  job: PlannedJob,
  { tensorParallel, dataParallel = 1 }: Deployment,
) {
  // A worker that only decodes looks for nothing.
  if (withoutRecipe !== undefined)
    return worker.role === 'decode'
      ? {}
      : given(rowHostTier(job, engine, { gpus: gpusOf(workers, worker), ofRank: tensorParallel }))
  const tier = engine === 'vllm' ? given(vllmHostTier(worker, tensorParallel)) : {}
  const isWanted = job.scenario.kind === 'agentic-coding' && job.scenario.offloading.tier !== 'none'
  const has = (each: ServedWorkers) =>
    each.flags.has('--enable-hierarchical-cache') ||
    (engine === 'vllm' && Object.keys(given(vllmHostTier(each, tensorParallel * dataParallel))).length > 0)
  if (isWanted && !workers.some(has))
    throw new Unmodelled(
      'its row wants a cache tier in the host, and its recipe starts none; give its recipe the flags of that tier',
    )
  return tier
}

function gpusOf(workers: readonly ServedWorkers[], { sizes }: ServedWorkers): number {
  return workers.length > 0 ? sizes.tp * sizes.pp : 1
}

/** What is said of all ranks, for one of them. Source: `dp_size` in SGLang's `ServerArgs` and `ModelRunner`; vLLM's settings are of a rank. */
function ofRank(settings: ServingSettings, ranks: number, framework: EngineName): ServingSettings {
  if (ranks === 1 || framework !== 'sglang') return settings
  const { maxSequences, tokensPerStep } = settings
  return {
    ...settings,
    ...(maxSequences !== undefined && { maxSequences: Math.max(1, Math.floor(maxSequences / ranks)) }),
    ...(tokensPerStep !== undefined && { tokensPerStep: Math.floor(tokensPerStep / ranks) }),
  }
}

function setupOf({ engine: { scheduler, stepTime }, ranks }: JobWorker, { balance }: JobRouters): EngineSetup {
  return {
    ...{ scheduler, stepTime },
    ...(ranks > 1 && { dataParallelSize: ranks, ...(balance && { dataParallelBalance: balance }) }),
  }
}

function togetherEngine({ count }: ServedWorkers, worker: JobWorker, routers: JobRouters): EngineConfig {
  const engine = { ...worker.engine, ...setupOf(worker, routers) }
  return count === 1 ? engine : { ...engine, fleet: { workers: count, router: routers.first } }
}

/** Contexts are as long as those that compute prompts and those that decode both take. */
function apartEngine(
  { workers: [one, other] }: Served,
  [prefill, decode]: readonly [JobWorker, JobWorker],
  routers: JobRouters,
): EngineConfig {
  const maxModelLen = Math.min(prefill.engine.scheduler.maxModelLen, longestDecoded(decode.engine.scheduler))
  const alike = (setup: EngineSetup): EngineSetup => ({ ...setup, scheduler: { ...setup.scheduler, maxModelLen } })
  return {
    ...prefill.engine,
    ...alike(setupOf(prefill, routers)),
    decodeEngine: alike(setupOf(decode, routers)),
    fleet: {
      ...{ prefillWorkers: one.count, prefillRouter: routers.first },
      ...{ decodeWorkers: other!.count, decodeRouter: routers.decode },
      transfer: handOverLink(prefill.deployment, decode.deployment),
    },
  }
}

/** Tokens that SGLang leaves free beside a prompt that it finds room for. Source: `num_reserved_decode_tokens` of its server arguments. */
const RESERVED_TOKENS_OF_SGLANG = 512

function longestDecoded(scheduler: EngineSetup['scheduler']): number {
  const { maxModelLen, numBlocks, blockSize } = scheduler
  if (!isSglang(scheduler)) return maxModelLen
  return Math.min(maxModelLen, (numBlocks - Math.ceil(RESERVED_TOKENS_OF_SGLANG / blockSize)) * blockSize)
}

function notesOf(
  { engine, withoutRecipe, workers, acceptanceLength }: Served,
  recipe: Recipe | undefined,
  { specDecoding }: PlannedJob,
): string[] {
  const drafts = specDecoding === 'none' || recipe?.speculation ? [] : [`${ASSUMED_DRAFTS} drafts, an assumption`]
  const drafting = engine === 'trtllm' && specDecoding !== 'none' ? ['drafts are made and verified as by vLLM'] : []
  const accepted = acceptanceLength === undefined ? [] : [`an acceptance length of ${acceptanceLength}, as given`]
  const handedOver = engine === 'trtllm' && workers.length > 1 ? ["prompts are handed over as vLLM's NIXL does"] : []
  return [
    ...(withoutRecipe === undefined ? [] : [`${withoutRecipe}: flags are ${named[engine]}'s own`]),
    ...drafts,
    ...accepted,
    ...drafting,
    ...handedOver,
  ]
}

const named = { vllm: 'vLLM', sglang: 'SGLang', trtllm: 'TensorRT-LLM' } as const

/** @throws RooflineError for a name that is not known. */
function uncalibratedOf(
  { deployment: { gpu, model }, settings: { speculation } }: JobWorker,
  isApart: boolean,
): Uncalibrated | undefined {
  if (!gpuNamed(gpu).calibrated) return 'gpu'
  if (modelNamed(model).unmeasured) return 'model'
  if (isApart) return 'apart'
  return speculation && 'drafts'
}
