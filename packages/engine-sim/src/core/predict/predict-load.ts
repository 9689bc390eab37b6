import type { EngineConfig, EngineSetup } from '../engine-config.ts'
import { isSglang } from '../engine-config.ts'
import { closedLoop } from './closed-loop.ts'
import { frameworkConstants } from './framework-constants.ts'
import { launchDelayMs } from './launch-delay.ts'

/** A load of fixed lengths, 80 to 100 % of them drawn, as InferenceX sends them. */
export interface FixedLoad {
  readonly concurrency: number
  readonly inputTokens: number
  readonly outputTokens: number
}

/** Means of a server's latencies, and what they make of its output. */
export interface PredictedLoad {
  readonly ttftMs: number
  readonly tpotMs: number
  readonly outputTokensPerS: number
}

/** Latencies of a load on an engine whose steps are a roofline, with the constants of its framework. Undefined for other engines, of which none are known. */
export function predictLoad(engine: EngineConfig, load: FixedLoad): PredictedLoad | undefined {
  const { stepTime } = engine
  if (stepTime.kind !== 'roofline') return undefined
  const { requestMs, waitSteps } = frameworkConstants[stepTime.framework]
  const { decodeEngine } = engine
  const config = { ...engine, ...plain(engine), ...(decodeEngine && { decodeEngine: plain(decodeEngine) }) }
  const found = closedLoop(config, { ...load, shares: [0.8, 1], rounds: 2, standsForRounds: 10 })
  const launchMs = launchDelayMs(stepTime, Math.round(0.9 * load.inputTokens))
  const ttftMs = requestMs + launchMs + found.ttftMs + waitSteps * found.tpotMs
  const requestTotalMs = ttftMs + (0.9 * load.outputTokens - 1) * found.tpotMs
  const outputTokensPerS = (1e3 * load.concurrency * 0.9 * load.outputTokens) / requestTotalMs
  return { ttftMs, tpotMs: found.tpotMs, outputTokensPerS }
}

/** A step scheduled ahead is simulated step by step, which costs ten times as much and moves a first token by one. Prompts of which nothing is cached need no tier. */
function plain<Setup extends EngineSetup>(setup: Setup): Setup {
  const { scheduler } = setup
  const without = isSglang(scheduler) ? { enableOverlap: false, hicache: undefined } : { asyncScheduling: false }
  return { ...setup, scheduler: { ...scheduler, ...without, enablePrefixCaching: false, kvOffload: undefined } }
}
