import type { Deployment } from '../roofline/deployment.ts'
import published from './published-accuracy.json' with { type: 'json' }

/** What a framework adds to the kernels of a step: a factor; and to a first token: milliseconds, and steps for which it waits. */
export interface FrameworkConstants {
  readonly scale: number
  readonly requestMs: number
  readonly waitSteps: number
}

/** Source: `published-accuracy.json`, which `npm run accuracy -- --write` makes of half of the measured rows; docs/accuracy.md. */
export const frameworkConstants: Readonly<Record<Deployment['framework'], FrameworkConstants>> = published.constants

/**
 * Median errors of predictions with such constants, of the other half of the rows and with each one's own model left out of what the constants are from. Of GPUs without measured kernels
 * there are none.
 */
export const publishedErrors: { readonly tpot: number; readonly ttft: number } = published.errors
