import { checkEngineConfig } from '../check-engine-config.ts'
import type { Engine, EngineOptions } from '../engine.ts'
import { type EngineConfig, isSglang } from '../engine-config.ts'
import type { EngineListener } from '../engine-request.ts'
import { SglangScheduler } from '../sglang/sglang-scheduler.ts'
import { stepDurationOf } from '../step-time/step-duration-of.ts'
import { StepEngine } from '../steps/step-engine.ts'
import { VllmScheduler } from '../vllm/vllm-scheduler.ts'

/**
 * The engine that a description describes; the one place that knows which schedulers there are.
 *
 * @throws EngineConfigError when the engine could not serve every request that fits its context.
 */
export function makeEngine(config: EngineConfig, listener: EngineListener, options: EngineOptions = {}): Engine {
  checkEngineConfig(config)
  const { scheduler, stepTime } = config
  const { maxModelLen, numBlocks, blockSize } = scheduler
  const parts = isSglang(scheduler)
    ? { scheduler: new SglangScheduler(scheduler), overlaps: scheduler.enableOverlap }
    : { scheduler: new VllmScheduler(scheduler), overlaps: scheduler.asyncScheduling ?? false }
  return new StepEngine(
    { ...parts, stepMs: stepDurationOf(stepTime, numBlocks * blockSize), maxModelLen },
    listener,
    options,
  )
}
