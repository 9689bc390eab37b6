import type { RecordCounts, RequestRecord, StopCause } from '@reprise/replay-engine'
import { defaultLimits } from '@reprise/result-aggregator/run'

type Cause = NonNullable<StopCause['failure']>

/** Requests before the share of failed ones means something. */
const FEWEST_REQUESTS = 50
/** Failures without a success between them after which a server counts as gone; with many lanes, two for each. */
const LONGEST_STREAK = 100
/** Refusals after which nobody expects that the next request will be taken, where none was before. */
const FEWEST_REFUSALS = 10
/** The server, or nobody in its place, took the request for what it is and did not want it: the next one will fare no better. */
const refusals: ReadonlySet<Cause> = new Set(['connect', 'unauthorized', 'unknown-model', 'bad-request', 'too-long'])

/**
 * Says when a run is hopeless, and why: no request was ever taken, more failed than its result may hold and enough were sent to be sure, or
 * none succeeds any more. Asked after each record; what came before it is remembered.
 */
export function failureThreshold(lanes = 1): (counts: RecordCounts, record: RequestRecord) => StopCause | undefined {
  const longestStreak = Math.max(LONGEST_STREAK, 2 * lanes)
  const all = new Tally()
  let streak = new Tally()
  return ({ requests, ok, failed }, record) => {
    const failure = failureOf(record)
    if (record.outcome.kind === 'ok' && streak.total > 0) streak = new Tally()
    if (failure === undefined) return undefined
    all.add(failure)
    streak.add(failure)
    if (ok === 0 && all.of(refusals) >= FEWEST_REFUSALS) return { kind: 'refused', failure: all.mostFrequent }
    if (requests >= FEWEST_REQUESTS && failed / requests > defaultLimits.failedShare)
      return { kind: 'failed-share', failure: all.mostFrequent }
    return streak.total >= longestStreak ? { kind: 'failed-in-a-row', failure: streak.mostFrequent } : undefined
  }
}

/** A prompt that the server refuses as too long is no failure of the server, but a run of nothing else measures nothing. */
function failureOf({ outcome, sentMs }: RequestRecord): Cause | undefined {
  if (outcome.kind === 'failed') return outcome.class
  return outcome.kind === 'truncated' && sentMs !== undefined ? 'too-long' : undefined
}

class Tally {
  readonly #counts = new Map<Cause, number>()
  total = 0

  add(name: Cause): void {
    this.total += 1
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }

  of(names: ReadonlySet<Cause>): number {
    return [...this.#counts].reduce((sum, [name, count]) => sum + (names.has(name) ? count : 0), 0)
  }

  /** Of at least one that was added. */
  get mostFrequent(): Cause {
    return [...this.#counts].reduce((most, each) => (each[1] > most[1] ? each : most))[0]
  }
}
