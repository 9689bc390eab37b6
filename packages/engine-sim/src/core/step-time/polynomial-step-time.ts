import { z } from 'zod'
import type { StepWork } from './step-work.ts'

/** `[c0, c1, c2]`: c0 + c1 x + c2 x^2. */
const Quadratic = z.tuple([z.number(), z.number(), z.number()])

/**
 * Milliseconds that one step takes, as Dynamo's simulator says where it has no table: of T prefill tokens `prefillMs(T)`, and of decoding
 * sequences whose contexts fill a share u of the KV cache `max(leastDecodeMs, decodeMs(u))`; of both, the sum. The number of sequences
 * does not matter to it.
 *
 * Source: the default performance model of AISimulate (perf_model.rs), and its vLLM-style pass, which adds the two.
 */
export const PolynomialStepTime = z.strictObject({
  kind: z.literal('polynomial'),
  prefillMs: Quadratic,
  decodeMs: Quadratic,
  leastDecodeMs: z.number().nonnegative(),
  /** How many times as fast everything is. */
  speedup: z.number().positive(),
  /** How many times as fast decoding is besides. */
  decodeSpeedup: z.number().positive(),
})
export type PolynomialStepTime = z.infer<typeof PolynomialStepTime>

/** Dynamo's constants. Nobody fitted them to a server; they let two simulators be compared. */
export const dynamoPolynomial: PolynomialStepTime = {
  kind: 'polynomial',
  prefillMs: [16.50142, 1.518344e-2, 4.209989e-7],
  decodeMs: [5.74, 54.01, -25.74],
  leastDecodeMs: 1,
  speedup: 1,
  decodeSpeedup: 1,
}

/** Milliseconds that a step takes on a cache of so many tokens. */
export function polynomialStepMs(time: PolynomialStepTime, cacheTokens: number, work: StepWork): number {
  return (prefillMs(time, work) + decodeMs(time, cacheTokens, work) / time.decodeSpeedup) / time.speedup
}

function prefillMs({ prefillMs: curve }: PolynomialStepTime, { prefillTokens }: StepWork): number {
  return prefillTokens === 0 ? 0 : Math.max(0, at(curve, prefillTokens))
}

function decodeMs({ decodeMs: curve, leastDecodeMs }: PolynomialStepTime, cacheTokens: number, work: StepWork): number {
  if (work.decodes === 0) return 0
  return Math.max(leastDecodeMs, at(curve, Math.min(1, work.decodeContextTokens / cacheTokens)))
}

function at(curve: readonly [number, number, number], x: number): number {
  return curve[2] * x * x + curve[1] * x + curve[0]
}
