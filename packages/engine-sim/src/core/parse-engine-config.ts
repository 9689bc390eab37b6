import { z } from 'zod'
import { checkEngineConfig, EngineConfigError } from './check-engine-config.ts'
import { defaultEngine } from './default-engine.ts'
import { EngineConfig, SchedulerConfig, StepTime } from './engine-config.ts'

/** What a file may say: any part of an engine; the rest is the default engine's. */
const EngineOverrides = z.strictObject({
  schema: z.literal('engine/1').optional(),
  model: EngineConfig.shape.model.optional(),
  scheduler: SchedulerConfig.partial().optional(),
  stepTime: StepTime.partial().optional(),
})

/**
 * The engine that a JSON text describes; what it leaves out is as in `defaultEngine()`. A context that is left out is also no longer
 * than its blocks can hold.
 *
 * @throws EngineConfigError listing every wrong setting by its path, when the text is not JSON or the engine could not serve.
 */
export function parseEngineConfig(text: string, file = 'engine'): EngineConfig {
  const parsed = EngineOverrides.safeParse(parseJson(text, file))
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

function mergeEngine({ model, scheduler, stepTime }: z.infer<typeof EngineOverrides>): EngineConfig {
  const base = defaultEngine()
  const engine = EngineConfig.parse({
    ...base,
    model: model ?? base.model,
    scheduler: { ...base.scheduler, ...scheduler },
    stepTime: { ...base.stepTime, ...stepTime },
  })
  if (scheduler?.maxModelLen !== undefined) return engine
  const { numBlocks, blockSize, maxModelLen } = engine.scheduler
  const fitting = Math.min(maxModelLen, (numBlocks - 1) * blockSize)
  return { ...engine, scheduler: { ...engine.scheduler, maxModelLen: fitting } }
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
