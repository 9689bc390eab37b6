import type { RequestRecord } from '@reprise/replay-engine'
import type { SloName } from '../result/goodput.ts'
import { endToEnd, endToEndFromDue, endToEndPerToken } from './end-to-end.ts'
import { interTokenLatency, timePerOutputToken } from './time-per-token.ts'
import { timeToFirstAnswerToken, timeToFirstToken, timeToFirstTokenFromDue } from './time-to-first-token.ts'

/** What an objective looks at in a request that ended well, in milliseconds: of a speed the latency that it is the reciprocal of. */
export const sloLatencies: Readonly<Record<SloName, (record: RequestRecord) => number | undefined>> = {
  ttft: timeToFirstToken,
  ttfat: timeToFirstAnswerToken,
  tpot: timePerOutputToken,
  itl_compat: interTokenLatency,
  e2e: endToEnd,
  co_ttft: timeToFirstTokenFromDue,
  co_e2e: endToEndFromDue,
  interactivity: timePerOutputToken,
  e2e_interactivity: endToEndPerToken,
}

const speeds: ReadonlySet<SloName> = new Set(['interactivity', 'e2e_interactivity'])

/** The longest latency that keeps a bound. */
export function boundMs(name: SloName, bound: number): number {
  return speeds.has(name) ? 1000 / bound : bound
}

/** A latency as the metric has it: milliseconds, or tokens per second. */
export function inUnitOf(name: SloName, ms: number): number {
  return speeds.has(name) ? 1000 / ms : ms
}

/** What the end of the run cannot cut off once it has happened. */
const knownEarly: ReadonlySet<SloName> = new Set(['ttft', 'ttfat', 'co_ttft'])

/** `NaN` where there is none, as of one that failed or that the plan held back; `Infinity` for one that the end cut off. */
export function knownLatency(name: SloName, record: RequestRecord): number {
  const { outcome, sentMs } = record
  const ms = sloLatencies[name](record)
  if (outcome.kind === 'ok') return ms ?? Number.NaN
  if (outcome.kind !== 'cancelled' || sentMs === undefined) return Number.NaN
  return knownEarly.has(name) && ms !== undefined ? ms : Infinity
}
