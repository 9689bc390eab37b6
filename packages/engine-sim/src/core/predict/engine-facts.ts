import type { EngineConfig } from '../engine-config.ts'
import { cacheBytesPerToken } from '../roofline/cache-memory.ts'
import { placedOf } from '../roofline/deployment.ts'
import { weightBytesPerGpu } from '../roofline/weights.ts'
import { stepDurationOf } from '../step-time/step-duration-of.ts'
import { contextTokensOf, type StepWork } from '../step-time/step-work.ts'

/** What an engine's description comes to. */
export interface EngineFacts {
  /** Of one rank. */
  readonly cacheTokens: number
  /** Of a model on GPUs. */
  readonly placed?: {
    readonly model: string
    readonly gpu: string
    /** Of one engine, all its ranks. */
    readonly gpus: number
    readonly weightBytesPerGpu: number
    readonly memoryBytesPerGpu: number
    /** On all GPUs of a rank together. */
    readonly cacheBytesPerToken: number
    /** False: no kernels of the GPU were measured. */
    readonly calibrated: boolean
  }
  /** Those that fit the cache; of a table, which knows what was measured alone, none. */
  readonly steps: readonly StepFact[]
}

/** One step of one rank, and how long it takes. */
export interface StepFact {
  readonly kind: 'decode' | 'prefill'
  /** Sequences that decode, or tokens of a prompt. */
  readonly count: number
  /** Tokens that each has behind it. */
  readonly context: number
  readonly ms: number
}

/** What an engine's description comes to: memory, and what typical steps take. @throws RooflineError as `placedOf` */
export function engineFacts({ scheduler, stepTime }: EngineConfig): EngineFacts {
  const cacheTokens = (scheduler.numBlocks - 1) * scheduler.blockSize
  const context = Math.min(32_768, Math.floor(scheduler.maxModelLen / 2))
  const prompt = Math.min(8192, context)
  const asked = [
    ...[1, 16, 64]
      .filter((count) => count * context <= cacheTokens)
      .map((count) => ({ kind: 'decode', count, context }) as const),
    { kind: 'prefill', count: prompt, context: 0 } as const,
  ]
  const msOf = stepTime.kind === 'table' ? undefined : stepDurationOf(stepTime, cacheTokens)
  const steps = msOf ? asked.map((each) => ({ ...each, ms: msOf(workOf(each)) })) : []
  if (stepTime.kind !== 'roofline') return { cacheTokens, steps }
  const placed = placedOf(stepTime)
  const { model, gpu, tp, dp, pp } = placed
  return {
    cacheTokens,
    placed: {
      model: model.name,
      gpu: gpu.name,
      gpus: tp * dp * pp,
      weightBytesPerGpu: weightBytesPerGpu(placed),
      memoryBytesPerGpu: gpu.memoryBytes,
      cacheBytesPerToken: cacheBytesPerToken(placed) * tp * pp,
      calibrated: gpu.calibrated,
    },
    steps,
  }
}

function workOf({ kind, count, context }: Omit<StepFact, 'ms'>): StepWork {
  const isPrompt = kind === 'prefill'
  return {
    prefillTokens: isPrompt ? count : 0,
    prefillContextTokens: isPrompt ? contextTokensOf(count, context) : 0,
    prefills: isPrompt ? 1 : 0,
    prefillReachTokens: isPrompt ? context + count : 0,
    decodes: isPrompt ? 0 : count,
    decodeContextTokens: isPrompt ? 0 : count * context,
  }
}
