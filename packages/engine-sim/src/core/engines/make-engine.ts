import { checkEngineConfig } from '../check-engine-config.ts'
import type { Engine, EngineOptions } from '../engine.ts'
import { type EngineConfig, isSglang } from '../engine-config.ts'
import type { EngineListener } from '../engine-request.ts'
import type { FleetConfig, RouterConfig } from '../fleet-config.ts'
import { SglangScheduler } from '../sglang/sglang-scheduler.ts'
import { stepDurationOf } from '../step-time/step-duration-of.ts'
import { BlockLog } from '../steps/block-log.ts'
import { HeardScheduler } from '../steps/heard-scheduler.ts'
import { StepEngine } from '../steps/step-engine.ts'
import { VllmScheduler } from '../vllm/vllm-scheduler.ts'
import { DisaggregatedFleet } from './disaggregated-fleet.ts'
import { fleetOf } from './fleet-of.ts'
import { makeRouter } from './make-router.ts'

/**
 * The engine that a description describes; the one place that knows which schedulers there are.
 *
 * @throws EngineConfigError when the engine could not serve every request that fits its context.
 */
export function makeEngine(config: EngineConfig, listener: EngineListener, options: EngineOptions = {}): Engine {
  checkEngineConfig(config)
  const { fleet, ...one } = config
  if (fleet) return makeFleet(one, fleet, listener, options)
  const { scheduler, stepTime } = config
  const { maxModelLen, numBlocks, blockSize } = scheduler
  const blockLog = options.blocks && new BlockLog()
  const parts = isSglang(scheduler)
    ? { scheduler: new SglangScheduler(scheduler, blockLog), overlaps: scheduler.enableOverlap }
    : { scheduler: new VllmScheduler(scheduler, blockLog), overlaps: scheduler.asyncScheduling ?? false }
  const stepMs = stepDurationOf(stepTime, numBlocks * blockSize)
  const heard = options.steps && { scheduler: new HeardScheduler(parts.scheduler, stepMs, options.steps()) }
  return new StepEngine({ ...parts, ...heard, stepMs, maxModelLen, ...(blockLog && { blockLog }) }, listener, options)
}

function makeFleet(config: EngineConfig, fleet: FleetConfig, listener: EngineListener, options: EngineOptions): Engine {
  const { blockSize } = config.scheduler
  const some =
    (workers: number, router: RouterConfig, { isDecode = false, prefix = '' } = {}) =>
    (told: EngineListener) =>
      fleetOf(workers, makeEngine, (engines) => makeRouter(router, engines, { blockSize, isDecode }))(config, told, {
        ...options,
        ...(options.steps && { steps: (engine) => options.steps!(`${prefix}${engine}`) }),
      })
  if ('workers' in fleet) return some(fleet.workers, fleet.router)(listener)
  const { prefillWorkers, prefillRouter, decodeWorkers, decodeRouter, transfer } = fleet
  const prefill = some(prefillWorkers, prefillRouter, { prefix: 'prefill-' })
  const decode = some(decodeWorkers, decodeRouter, { isDecode: true, prefix: 'decode-' })
  return new DisaggregatedFleet(prefill, decode, transfer, listener)
}
