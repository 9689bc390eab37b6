import { defaultLimits } from '../result/limits.ts'

/** How the value of a check is told. */
export type CheckUnit = 'count' | 'ms' | 'share'

export interface CheckTerms {
  readonly title: string
  readonly unit: CheckUnit
  /** What its value may be at most, unless somebody says otherwise. */
  readonly limit: number
  /** What is held against the limit. */
  readonly about: string
}

const none = { unit: 'count', limit: 0 } as const

/** What a run of captured traces is held against them by, in the order in which it is told. Why each limit stands where it does: docs/fidelity.md. */
export const captureChecks = {
  'missing-sessions': { ...none, title: 'sessions missing', about: 'sessions of which no request was sent' },
  'missing-turns': { ...none, title: 'turns missing', about: 'turns of other sessions that were not sent' },
  'doubled-requests': { ...none, title: 'requests doubled', about: 'requests that were sent once more than recorded' },
  'extra-requests': { ...none, title: 'requests extra', about: 'requests that were not captured' },
  order: { ...none, title: 'order broken', about: 'requests that did not wait for what they waited for when recorded' },
  unanswered: {
    title: 'requests unanswered',
    unit: 'share',
    limit: 0.05,
    about: 'share of the requests sent that failed, were refused or cut off',
  },
  'planned-input': { ...none, title: 'input planned', about: 'turns whose planned input is not the captured one' },
  'planned-output': { ...none, title: 'output planned', about: 'turns whose planned output is not the captured one' },
  'planned-times': {
    ...none,
    title: 'times planned',
    about: 'turns whose planned time is more than 1 ms from the captured one',
  },
  'input-tokens': {
    title: 'input lengths',
    unit: 'share',
    limit: Number((1 - defaultLimits.exactInputShare).toFixed(6)),
    about: 'share of prompts whose length, as the server counts it, is not the captured one',
  },
  'output-tokens': { ...none, title: 'output lengths', about: 'replies that are not as long as the captured ones' },
  'clock-shift': {
    title: 'clock shift',
    unit: 'ms',
    limit: 100,
    about: 'median, without its sign, of how much later than captured those were due that wait for nothing',
  },
  'client-lateness': {
    title: 'client lateness',
    unit: 'ms',
    limit: defaultLimits.dispatchDelayP99Ms.warn,
    about: 'p99 of the time from due to sent',
  },
  'arrival-drift': {
    title: 'arrival drift',
    unit: 'ms',
    limit: 1000,
    about: 'p90, without its sign, of how much later than captured requests were due, less the clock shift',
  },
  gaps: {
    title: 'gaps between turns',
    unit: 'ms',
    limit: 1000,
    about:
      'p90, without its sign, of how much longer the gap before a turn was: from start to start, or from end to start with --turns gaps',
  },
  'ideal-reuse': {
    title: 'ideal reuse',
    unit: 'share',
    limit: 0.005,
    about: 'difference of the shares of input that a cache without limit would have held',
  },
  'measured-reuse': {
    title: 'measured reuse',
    unit: 'share',
    limit: 0.1,
    about:
      "difference of the shares of input that the servers say they took from a cache; where the traces do not tell, of that and the run's own ideal share",
  },
  'first-token': {
    title: 'time to first token',
    unit: 'share',
    limit: 0.25,
    about: 'median, without its sign, of how much longer it took, as a share of the captured time',
  },
  'service-time': {
    title: 'service time',
    unit: 'share',
    limit: 0.25,
    about: 'median, without its sign, of how much longer it took, as a share of the captured time',
  },
} as const satisfies Record<string, CheckTerms>

/** What a run is held against another of the same plan by. */
export const runChecks = {
  'missing-turns': { ...none, title: 'requests missing', about: 'requests that A sent and B did not' },
  'extra-requests': { ...none, title: 'requests extra', about: 'requests that B sent and A did not' },
  outcomes: {
    title: 'other outcomes',
    unit: 'share',
    limit: 0.05,
    about: 'share of the requests that both sent and one alone got a whole reply to',
  },
  'output-tokens': { ...none, title: 'output lengths', about: 'replies that are not as long in B as in A' },
  ttft: {
    title: 'TTFT',
    unit: 'share',
    limit: 0.15,
    about: "median, without its sign, of each request's difference as a share of A",
  },
  tpot: {
    title: 'TPOT',
    unit: 'share',
    limit: 0.15,
    about: "median, without its sign, of each request's difference as a share of A",
  },
  e2e: {
    title: 'E2E latency',
    unit: 'share',
    limit: 0.15,
    about: "median, without its sign, of each request's difference as a share of A",
  },
  hits: {
    title: 'cache hits',
    unit: 'share',
    limit: 0.05,
    about: "mean, without its sign, of each request's difference in the share of its input that came from a cache",
  },
} as const satisfies Record<string, CheckTerms>

/** What a capture is held against another by. */
export const capturesChecks = {
  'missing-sessions': { ...none, title: 'sessions missing', about: 'sessions of A that stand for none of B' },
  'missing-turns': { ...none, title: 'turns missing', about: 'turns of other sessions that B has not' },
  'extra-requests': { ...none, title: 'requests extra', about: 'requests of B that stand for none of A' },
  order: captureChecks.order,
  'input-tokens': { ...captureChecks['input-tokens'], about: 'share of prompts that are not as long in B as in A' },
  'output-tokens': { ...none, title: 'output lengths', about: 'replies that are not as long in B as in A' },
  'start-offsets': {
    title: 'start offsets',
    unit: 'ms',
    limit: 20,
    about: 'p99, without its sign, of how much later a request came in B, less the median of that',
  },
  gaps: { ...captureChecks.gaps, about: 'p90, without its sign, of how much longer the gap before a turn was' },
  'block-sharing': { ...none, title: 'blocks shared', about: 'turns that share other blocks with those before' },
  'ideal-reuse': captureChecks['ideal-reuse'],
  'measured-reuse': {
    ...captureChecks['measured-reuse'],
    about: 'difference of the shares of input that the servers say they took from a cache',
  },
  'first-token': captureChecks['first-token'],
  'service-time': captureChecks['service-time'],
} as const satisfies Record<string, CheckTerms>

export type CaptureCheckName = keyof typeof captureChecks
export type RunCheckName = keyof typeof runChecks
export type CapturesCheckName = keyof typeof capturesChecks
export type CheckName = CaptureCheckName | RunCheckName | CapturesCheckName

/** Both sides of a comparison: a run of captured traces beside them, two runs of one plan, or two captures. */
export type ComparisonKind = 'capture' | 'runs' | 'captures'

/** Those of one kind of comparison. */
export function checksOf(kind: ComparisonKind): Readonly<Record<string, CheckTerms>> {
  return { capture: captureChecks, runs: runChecks, captures: capturesChecks }[kind]
}
