import { checkEngineConfig } from '../check-engine-config.ts'
import type { Engine, EngineMaker, EngineOptions } from '../engine.ts'
import { decodeEngineOf, type EngineConfig, isSglang, isTrtllm } from '../engine-config.ts'
import type { EngineListener } from '../engine-request.ts'
import type { FleetConfig, RouterConfig } from '../fleet-config.ts'
import { DataParallelScheduler } from '../ranks/data-parallel-scheduler.ts'
import { pickRank } from '../ranks/pick-rank.ts'
import { slowestRank } from '../ranks/slowest-rank.ts'
import { PageStore } from '../sglang/page-store.ts'
import { SglangDecodeScheduler } from '../sglang/sglang-decode-scheduler.ts'
import { SglangScheduler } from '../sglang/sglang-scheduler.ts'
import { stepDurationOf } from '../step-time/step-duration-of.ts'
import { BlockLog } from '../steps/block-log.ts'
import { HeardScheduler } from '../steps/heard-scheduler.ts'
import type { Scheduler } from '../steps/scheduler.ts'
import { StepEngine } from '../steps/step-engine.ts'
import { TrtllmScheduler } from '../trtllm/trtllm-scheduler.ts'
import { VllmScheduler } from '../vllm/vllm-scheduler.ts'
import { DisaggregatedFleet } from './disaggregated-fleet.ts'
import { FetchedPrompts } from './fetched-prompts.ts'
import { fleetOf } from './fleet-of.ts'
import { makeRouter } from './make-router.ts'
import { SentPrompts } from './sent-prompts.ts'

/**
 * The engine that a description describes; the one place that knows which schedulers there are.
 *
 * @throws EngineConfigError when the engine could not serve every request that fits its context.
 */
export function makeEngine(config: EngineConfig, listener: EngineListener, options: EngineOptions = {}): Engine {
  checkEngineConfig(config)
  const { fleet, ...one } = config
  return fleet ? makeFleet(one, fleet, listener, options) : makeOne(one, listener, options)
}

/** What is said of an engine by the fleet that it is a part of. */
interface Place {
  /** It decodes what others compute. Default false. */
  readonly decodes?: boolean
  /** What its workers have in common. Default: each has a storage of its own, for all of its ranks, where its description has one. */
  readonly store?: PageStore | undefined
}

function makeOne(config: EngineConfig, listener: EngineListener, options: EngineOptions, place: Place = {}): Engine {
  const { scheduler, stepTime, dataParallelSize = 1 } = config
  const { maxModelLen, numBlocks, blockSize } = scheduler
  const blockLog = options.blocks && new BlockLog()
  const parts = partsOf(scheduler, blockLog, { store: storeOf(scheduler), ...place, ranks: dataParallelSize })
  const rankMs = stepDurationOf(stepTime, numBlocks * blockSize, parts.draftPasses)
  const balance = config.dataParallelBalance ?? parts.balance
  const ranks = Array.from({ length: dataParallelSize }, () => parts.scheduler())
  const made =
    ranks.length > 1
      ? {
          scheduler: new DataParallelScheduler(ranks, pickRank(balance), parts.prefillInterval),
          stepMs: slowestRank(rankMs),
        }
      : { scheduler: ranks[0]!, stepMs: rankMs }
  const heard = options.steps && { scheduler: new HeardScheduler(made.scheduler, made.stepMs, options.steps()) }
  const { overlaps } = parts
  return new StepEngine({ ...made, ...heard, overlaps, maxModelLen, ...(blockLog && { blockLog }) }, listener, options)
}

interface SchedulerParts {
  readonly scheduler: () => Scheduler
  readonly overlaps: boolean
  readonly draftPasses: number
  /** Of several ranks, which takes a request. */
  readonly balance: NonNullable<EngineConfig['dataParallelBalance']>
  readonly prefillInterval?: number | undefined
}

function storeOf(scheduler: EngineConfig['scheduler']): PageStore | undefined {
  if (!isSglang(scheduler) || !scheduler.hicache?.storage) return undefined
  return new PageStore(scheduler.hicache.storage, scheduler.hicache.tokenBytes * scheduler.blockSize)
}

function partsOf(
  config: EngineConfig['scheduler'],
  log: BlockLog | undefined,
  { ranks, decodes = false, store }: Place & { readonly ranks: number },
): SchedulerParts {
  const draftPasses = ('speculation' in config && config.speculation?.numSpeculativeTokens) || 0
  const common = { draftPasses, balance: 'in-flight' } as const
  if (isSglang(config)) {
    const scheduler = () => (decodes ? new SglangDecodeScheduler(config, log) : new SglangScheduler(config, log, store))
    return { ...common, scheduler, overlaps: config.enableOverlap, balance: 'round-robin' }
  }
  if (isTrtllm(config)) return { ...common, scheduler: () => new TrtllmScheduler(config, log), overlaps: false }
  const { asyncScheduling: overlaps = false, prefillScheduleInterval: prefillInterval } = config
  // Of several ranks they are told from outside, in step.
  const ofRank = ranks > 1 ? { ...config, prefillScheduleInterval: 1 } : config
  return { ...common, scheduler: () => new VllmScheduler(ofRank, log), overlaps, prefillInterval }
}

function makeFleet(
  config: EngineConfig,
  fleet: FleetConfig,
  listener: EngineListener,
  { beforeStep: _, ...options }: EngineOptions,
): Engine {
  const { blockSize } = config.scheduler
  const { decodeEngine: __, ...one } = config
  const some = (
    engine: EngineConfig,
    workers: number,
    router: RouterConfig,
    { isDecode = false, prefix = '' } = {},
  ) => {
    const store = isSglang(engine.scheduler) && engine.scheduler.hicache?.storage?.isShared && storeOf(engine.scheduler)
    const make: EngineMaker = (of, told, more = {}) =>
      makeOne(of, told, more, { decodes: isDecode, ...(store && { store }) })
    return (told: EngineListener) =>
      fleetOf(workers, make, (engines) => makeRouter(router, engines, { blockSize, isDecode }))(engine, told, {
        ...options,
        ...(options.steps && { steps: (name) => options.steps!(`${prefix}${name}`) }),
      })
  }
  if ('workers' in fleet) return some(one, fleet.workers, fleet.router)(listener)
  const { prefillWorkers, prefillRouter, decodeWorkers, decodeRouter, transfer } = fleet
  const prefill = some(one, prefillWorkers, prefillRouter, { prefix: 'prefill-' })
  const decode = some(decodeEngineOf(config), decodeWorkers, decodeRouter, { isDecode: true, prefix: 'decode-' })
  const handOver = isSglang(config.scheduler) ? new SentPrompts(blockSize) : new FetchedPrompts()
  return new DisaggregatedFleet({ prefill, decode, transfer, handOver }, listener)
}
