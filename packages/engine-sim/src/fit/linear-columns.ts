import type { LinearConstants } from '../core/step-time/linear-step-time.ts'
import type { StepWork } from '../core/step-time/step-work.ts'

/** The constants of the linear form, in the order of their columns. */
export const linearNames = [
  'baseMs',
  'prefillMsPerToken',
  'prefillMsPerMillionTokenContext',
  'decodeMsPerSequence',
  'decodeMsPerThousandContext',
] as const satisfies readonly (keyof LinearConstants)[]

/** What each constant is multiplied with in a step, in their order. */
export function columnsOf(work: StepWork): number[] {
  const { prefillTokens, prefillContextTokens, decodes, decodeContextTokens } = work
  return [1, prefillTokens, prefillContextTokens / 1e6, decodes, decodeContextTokens / 1e3]
}

export function constantsOf(values: readonly number[]): LinearConstants {
  return Object.fromEntries(linearNames.map((name, at) => [name, values[at]!])) as unknown as LinearConstants
}
