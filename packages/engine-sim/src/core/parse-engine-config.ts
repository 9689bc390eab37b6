import { z } from 'zod'
import { checkEngineConfig, EngineConfigError } from './check-engine-config.ts'
import { defaultEngine, defaultSglangScheduler, defaultTrtllmScheduler } from './default-engine.ts'
import {
  EngineConfig,
  EngineSetup,
  isSglang,
  SchedulerConfig,
  SglangSchedulerConfig,
  TrtllmSchedulerConfig,
} from './engine-config.ts'
import { roomForDrafts } from './room-for-drafts.ts'
import type { LinearConstants } from './step-time/linear-step-time.ts'
import { stepTimeOverridesOf, withStepTimeDefaults } from './step-time/step-time-defaults.ts'

const ranks = {
  dataParallelSize: EngineSetup.shape.dataParallelSize,
  dataParallelBalance: EngineSetup.shape.dataParallelBalance,
}
const named = {
  schema: z.literal('engine/1').optional(),
  model: EngineConfig.shape.model.optional(),
  ...ranks,
  fleet: EngineConfig.shape.fleet,
  frontend: EngineConfig.shape.frontend,
}

/** What a file may say: any part of an engine; the rest is the default engine's. */
const schedulers = {
  vllm: { whole: SchedulerConfig.partial().optional(), part: SchedulerConfig.partial() },
  sglang: {
    whole: SglangSchedulerConfig.partial().required({ engine: true }),
    part: SglangSchedulerConfig.partial(),
  },
  trtllm: {
    whole: TrtllmSchedulerConfig.partial().required({ engine: true }),
    part: TrtllmSchedulerConfig.partial(),
  },
} as const

/** Of `json` the form of the steps alone. */
function overridesOf({ whole, part }: (typeof schedulers)[keyof typeof schedulers], json: unknown) {
  const { decodeEngine } = (json ?? {}) as { decodeEngine?: unknown }
  return z.strictObject({
    ...named,
    scheduler: whole,
    stepTime: stepTimeOverridesOf(json).optional(),
    decodeEngine: z
      .strictObject({
        ...ranks,
        scheduler: part.optional(),
        stepTime: stepTimeOverridesOf(decodeEngine).optional(),
      })
      .optional(),
  })
}
type EngineOverrides = z.infer<ReturnType<typeof overridesOf>>

/**
 * The engine that a JSON text describes; what it leaves out is as in `defaultEngine()`, and of those that decode as of those that compute prompts. A context that is left out is also no
 * longer than its blocks can hold.
 *
 * @throws EngineConfigError listing every wrong setting by its path, when the text is not JSON or the engine could not serve.
 */
export function parseEngineConfig(text: string, file = 'engine'): EngineConfig {
  const json = parseJson(text, file)
  const engineName = nameOfEngine(json)
  const [whose, kind] = kindOf(engineName)
  if (engineName !== undefined && 'kvOffload' in (json as { scheduler: object }).scheduler) {
    const vllms = "write it beside vLLM's scheduler, without engine, or leave it out"
    const [why, cure] =
      engineName === 'sglang'
        ? ['is of vLLM', `write hicache, SGLang's own, or leave it out`]
        : [`${whose}'s tiers are not modelled`, vllms]
    throw new EngineConfigError(printable(`${file}: scheduler.kvOffload: ${why}; ${cure}`))
  }
  const parsed = overridesOf(schedulers[kind], json).safeParse(json)
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) =>
      [...(path.length > 0 ? [path.join('.')] : []), message].join(': '),
    )
    throw new EngineConfigError(printable(`${file}: ${problems.join('; ')}`))
  }
  const engine = mergeEngine(parsed.data)
  checkEngineConfig(engine, `${file}: `)
  return engine
}

/** What `scheduler.engine` says; undefined where it says nothing, as of vLLM's. */
function nameOfEngine(json: unknown): unknown {
  const scheduler = (json as { scheduler?: unknown } | null)?.scheduler
  return typeof scheduler === 'object' && scheduler !== null && 'engine' in scheduler ? scheduler.engine : undefined
}

function kindOf(engineName: unknown) {
  if (engineName === undefined) return ['vLLM', 'vllm'] as const
  return engineName === 'trtllm' ? (['TensorRT-LLM', 'trtllm'] as const) : (['SGLang', 'sglang'] as const)
}

function mergeEngine(overrides: EngineOverrides): EngineConfig {
  const { model, scheduler, stepTime, decodeEngine, fleet, frontend, ...ranks } = overrides
  const base = defaultEngine()
  const ofEngine = defaultOf(scheduler && 'engine' in scheduler ? scheduler.engine : undefined)
  const setup = {
    scheduler: { ...ofEngine, ...scheduler },
    stepTime: withStepTimeDefaults(stepTime, base.stepTime),
    ...ranks,
  }
  const engine = EngineConfig.parse({
    ...{ ...base, model: model ?? base.model, ...setup },
    ...(decodeEngine && { decodeEngine: decodingSetup(setup, decodeEngine, base.stepTime) }),
    ...(fleet && { fleet }),
    ...(frontend && { frontend }),
  })
  return scheduler?.maxModelLen === undefined && decodeEngine?.scheduler?.maxModelLen === undefined
    ? withFittingContext(engine)
    : engine
}

function decodingSetup(
  setup: { readonly scheduler: object; readonly stepTime: object },
  { scheduler, stepTime, ...ranks }: NonNullable<EngineOverrides['decodeEngine']>,
  linear: LinearConstants,
): object {
  return {
    ...setup,
    scheduler: { ...setup.scheduler, ...scheduler },
    ...(stepTime && { stepTime: withStepTimeDefaults(stepTime, linear) }),
    ...ranks,
  }
}

function withFittingContext(engine: EngineConfig): EngineConfig {
  const { scheduler, decodeEngine } = engine
  const fitting = Math.min(...[scheduler, ...(decodeEngine ? [decodeEngine.scheduler] : [])].map(fittingLen))
  const fitted = <Setup extends EngineSetup>(setup: Setup): Setup => ({
    ...setup,
    scheduler: { ...setup.scheduler, maxModelLen: fitting },
  })
  return { ...fitted(engine), ...(decodeEngine && { decodeEngine: fitted(decodeEngine) }) }
}

function fittingLen(scheduler: EngineConfig['scheduler']): number {
  const { numBlocks, blockSize, maxModelLen } = scheduler
  // SGLang wants a page and a token beyond the longest.
  const spareBlocks = isSglang(scheduler) ? 2 : 1
  return Math.min(maxModelLen, (numBlocks - spareBlocks) * blockSize - roomForDrafts(scheduler))
}

function defaultOf(engineName: 'sglang' | 'trtllm' | undefined): EngineConfig['scheduler'] {
  if (engineName === undefined) return defaultEngine().scheduler
  return engineName === 'sglang' ? defaultSglangScheduler() : defaultTrtllmScheduler()
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unreadable'
    throw new EngineConfigError(
      printable(`${file}: not JSON (${reason}); write an object like {"scheduler": {"numBlocks": 4096}}`),
    )
  }
}

/** Text that holds parts of a file, as one line of bounded length. */
function printable(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
  return line.length > 600 ? `${line.slice(0, 599)}…` : line
}
