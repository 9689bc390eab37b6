import { z } from 'zod'
import { checkEngineConfig, EngineConfigError } from './check-engine-config.ts'
import { defaultEngine, defaultSglangScheduler, defaultTrtllmScheduler } from './default-engine.ts'
import {
  EngineConfig,
  isSglang,
  SchedulerConfig,
  SglangSchedulerConfig,
  TrtllmSchedulerConfig,
} from './engine-config.ts'
import { roomForDrafts } from './room-for-drafts.ts'
import { stepTimeOverridesOf, withStepTimeDefaults } from './step-time/step-time-defaults.ts'

const named = {
  schema: z.literal('engine/1').optional(),
  model: EngineConfig.shape.model.optional(),
  dataParallelSize: EngineConfig.shape.dataParallelSize,
  dataParallelBalance: EngineConfig.shape.dataParallelBalance,
  fleet: EngineConfig.shape.fleet,
  frontend: EngineConfig.shape.frontend,
}

/** What a file may say: any part of an engine; the rest is the default engine's. */
const VllmOverrides = z.strictObject({
  ...named,
  scheduler: SchedulerConfig.partial().optional(),
  stepTime: z.unknown().optional(),
})
const SglangOverrides = z.strictObject({
  ...named,
  scheduler: SglangSchedulerConfig.partial().required({ engine: true }),
  stepTime: z.unknown().optional(),
})
const TrtllmOverrides = z.strictObject({
  ...named,
  scheduler: TrtllmSchedulerConfig.partial().required({ engine: true }),
  stepTime: z.unknown().optional(),
})
type EngineOverrides = z.infer<typeof VllmOverrides | typeof SglangOverrides | typeof TrtllmOverrides>

/**
 * The engine that a JSON text describes; what it leaves out is as in `defaultEngine()`. A context that is left out is also no longer
 * than its blocks can hold.
 *
 * @throws EngineConfigError listing every wrong setting by its path, when the text is not JSON or the engine could not serve.
 */
export function parseEngineConfig(text: string, file = 'engine'): EngineConfig {
  const json = parseJson(text, file)
  const engineName = nameOfEngine(json)
  const [whose, Overrides] = engineName === undefined ? ['vLLM', VllmOverrides] : overridesOf(engineName)
  if (engineName !== undefined && 'kvOffload' in (json as { scheduler: object }).scheduler) {
    const vllms = "write it beside vLLM's scheduler, without engine, or leave it out"
    const [why, cure] =
      engineName === 'sglang'
        ? ['is of vLLM', `write hicache, SGLang's own, or leave it out`]
        : [`${whose}'s tiers are not modelled`, vllms]
    throw new EngineConfigError(printable(`${file}: scheduler.kvOffload: ${why}; ${cure}`))
  }
  const parsed = Overrides.extend({ stepTime: stepTimeOverridesOf(json).optional() }).safeParse(json)
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

function overridesOf(engineName: unknown) {
  return engineName === 'trtllm' ? (['TensorRT-LLM', TrtllmOverrides] as const) : (['SGLang', SglangOverrides] as const)
}

function mergeEngine({ model, scheduler, stepTime, fleet, frontend, ...ranks }: EngineOverrides): EngineConfig {
  const base = defaultEngine()
  const ofEngine = defaultOf(scheduler && 'engine' in scheduler ? scheduler.engine : undefined)
  const engine = EngineConfig.parse({
    ...base,
    model: model ?? base.model,
    scheduler: { ...ofEngine, ...scheduler },
    stepTime: withStepTimeDefaults(stepTime, base.stepTime),
    ...ranks,
    ...(fleet && { fleet }),
    ...(frontend && { frontend }),
  })
  if (scheduler?.maxModelLen !== undefined) return engine
  const { numBlocks, blockSize, maxModelLen } = engine.scheduler
  // SGLang wants a page and a token beyond the longest.
  const spareBlocks = isSglang(engine.scheduler) ? 2 : 1
  const usable = (numBlocks - spareBlocks) * blockSize - roomForDrafts(engine.scheduler)
  const fitting = Math.min(maxModelLen, usable)
  return { ...engine, scheduler: { ...engine.scheduler, maxModelLen: fitting } }
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
