import type { EngineCounts, SpeculationCounts } from '../../core/engine.ts'

/** Decode steps between two reports: `decode_log_interval`. */
const decodeSteps = 40
/** After so long without decoding the throughput is none. */
const staleMs = 30_000

/**
 * What SGLang's scheduler says of itself from time to time, and not at every instant: after each prefill, and after every fortieth step of
 * decoding.
 *
 * Source: `report_prefill_stats` and `report_decode_stats` of SGLang 0.5.23, `managers/scheduler_components/metrics_reporter.py`.
 */
export class SchedulerReports {
  /** Share of the prompt tokens that were found, of the prefills since the report before. */
  cacheHitRate = 0
  /** Tokens of decoding so far. */
  decodedTokens = 0
  /** Requests that lost their memory since the report before. */
  retracted = 0
  /** Of the verifications between the last two reports: tokens that one brought, and the share of drafts that was accepted. */
  drafts = { acceptLength: 0, acceptRate: 0 }
  readonly #counts: () => EngineCounts
  #verified = { drafts: 0, draftTokens: 0, acceptedTokens: 0 }
  #found = { queriedTokens: 0, hitTokens: 0, preemptions: 0 }
  #throughput = 0
  #sinceMs = 0
  #steps = 0
  #tokens = 0
  #lastMs: number | undefined

  constructor(counts: () => EngineCounts) {
    this.#counts = counts
  }

  /** The first token of a request has come: its prefill is over. */
  prefilled(): void {
    const counts = this.#report()
    const queried = counts.queriedTokens - this.#found.queriedTokens
    // Of several prefills that end with one step, the first reports for all.
    if (queried > 0) this.cacheHitRate = (counts.hitTokens - this.#found.hitTokens) / queried
    this.#found = { ...this.#found, queriedTokens: counts.queriedTokens, hitTokens: counts.hitTokens }
  }

  /** Later tokens of a request have come, more than one where a step verified drafts. Tokens of one instant are of one step. */
  decoded(atMs: number, count = 1): void {
    if (atMs !== this.#lastMs) {
      if (this.#steps === decodeSteps) this.#endWindow()
      this.#steps += 1
      this.#lastMs = atMs
    }
    this.#tokens += count
    this.decodedTokens += count
  }

  /** Tokens a second of the last forty steps of decoding. */
  throughputAt(nowMs: number): number {
    return nowMs - this.#sinceMs > staleMs ? 0 : this.#throughput
  }

  #endWindow(): void {
    const endMs = this.#lastMs!
    this.#throughput = this.#tokens / ((endMs - this.#sinceMs) / 1e3)
    this.#sinceMs = endMs
    this.#steps = 0
    this.#tokens = 0
    const { speculation } = this.#report()
    if (speculation) this.#tellDrafts(speculation)
  }

  #tellDrafts(counts: SpeculationCounts): void {
    const [verified, drafted, accepted] = [
      counts.drafts - this.#verified.drafts,
      counts.draftTokens - this.#verified.draftTokens,
      counts.acceptedTokens - this.#verified.acceptedTokens,
    ]
    if (verified > 0) this.drafts = { acceptLength: 1 + accepted / verified, acceptRate: accepted / drafted }
    this.#verified = counts
  }

  #report(): EngineCounts {
    const counts = this.#counts()
    this.retracted = counts.preemptions - this.#found.preemptions
    this.#found = { ...this.#found, preemptions: counts.preemptions }
    return counts
  }
}
