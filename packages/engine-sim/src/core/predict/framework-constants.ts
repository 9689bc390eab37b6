import type { Deployment } from '../roofline/deployment.ts'

/** What a framework adds to the kernels of a step: a factor; and to a first token: milliseconds, and steps for which it waits. */
export interface FrameworkConstants {
  readonly scale: number
  readonly requestMs: number
  readonly waitSteps: number
}

/** Source: what `npm run accuracy` prints of all rows of a framework; docs/accuracy.md. */
export const frameworkConstants: Readonly<Record<Deployment['framework'], FrameworkConstants>> = {
  vllm: { scale: 1.151, requestMs: 10, waitSteps: 0 },
  sglang: { scale: 1.122, requestMs: 0, waitSteps: 25 },
  trtllm: { scale: 1.019, requestMs: 100, waitSteps: 0 },
}

/** Median errors of predictions with those constants, where the model was left out of what they are from. Of GPUs without measured kernels there are none. */
export const publishedErrors = { tpot: 0.136, ttft: 0.332 } as const
