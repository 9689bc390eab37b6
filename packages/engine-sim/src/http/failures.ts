import { keyOfText, mixKey } from '../core/mix-key.ts'

export const failureKinds = ['error', 'cut', 'stall'] as const

/**
 * `error`: status 500 in the place of a reply. `cut`: the connection ends after the first tokens of the reply, at its last one at the latest.
 * `stall`: nothing comes behind the first tokens of a stream, or in the place of a whole reply, for a time; the engine goes on meanwhile.
 */
export type FailureKind = (typeof failureKinds)[number]

/** Which requests a server fails on purpose, and how. */
export interface Failures {
  readonly kind: FailureKind
  /** Of the requests that ask for a reply, 0 to 1. */
  readonly share: number
  readonly seed: number
  /** How long a stall takes; default: until the client gives up. */
  readonly stallMs?: number
}

const keys = 2 ** 52

/** Whether the request that came as number `ordinal`, counted from 0, fails: the same for the same seed, whatever came of the others. */
export function failsAt({ share, seed }: Failures, ordinal: number): boolean {
  return mixKey(mixKey(keyOfText('failure'), seed), ordinal) < share * keys
}
