import type { FittedConstants } from '../core/step-time/linear-step-time.ts'
import type { StepWork } from '../core/step-time/step-work.ts'

export type LinearName = keyof FittedConstants

/** The constants of the linear form without which no step is told, in the order of their columns. */
export const linearNames = [
  'baseMs',
  'prefillMsPerToken',
  'prefillMsPerMillionTokenContext',
  'decodeMsPerSequence',
  'decodeMsPerThousandContext',
] as const satisfies readonly LinearName[]

/** What a prompt costs beside its tokens; a form without them has all prompts cost what their tokens do. */
export const promptNames = [
  'prefillMsPerSequence',
  'prefillMsPerThousandContext',
] as const satisfies readonly LinearName[]

/** What each of the constants is multiplied with in a step, in their order. */
export function columnsOf(work: StepWork, names: readonly LinearName[] = linearNames): number[] {
  return names.map((name) => counted[name](work))
}

/** Of as many values as names. */
export function constantsOf<N extends LinearName>(values: readonly number[], names: readonly N[]): Record<N, number> {
  return Object.fromEntries(names.map((name, at) => [name, values[at]!])) as Record<N, number>
}

const counted: Readonly<Record<LinearName, (work: StepWork) => number>> = {
  baseMs: () => 1,
  prefillMsPerToken: ({ prefillTokens }) => prefillTokens,
  prefillMsPerMillionTokenContext: ({ prefillContextTokens }) => prefillContextTokens / 1e6,
  prefillMsPerSequence: ({ prefills }) => prefills,
  prefillMsPerThousandContext: ({ prefillReachTokens }) => prefillReachTokens / 1e3,
  decodeMsPerSequence: ({ decodes }) => decodes,
  decodeMsPerThousandContext: ({ decodeContextTokens }) => decodeContextTokens / 1e3,
}
