import type { RequestRecord } from '@reprise/replay-engine'
import { NumberList } from '../../measure/number-list.ts'
import { dispatchedMs } from '../run/dispatched.ts'
import type { ReplaySla } from './replay-sla.ts'

/** What Dynamo's report of a replay is computed from: of the requests of the profiling phase that were sent, in one pass. */
export class ReplayTally {
  requests = 0
  completed = 0
  inputTokens = 0
  outputTokens = 0
  /** Prompt tokens that were found in a cache; unknown once a request does not tell. */
  cachedTokens: number | undefined = 0
  good = 0
  goodOutputTokens = 0
  readonly ttftMs = new NumberList()
  readonly tpotMs = new NumberList()
  readonly e2eMs = new NumberList()
  /** Of requests of which every token has an instant of its own. */
  readonly ttstMs = new NumberList()
  readonly itlMs = new NumberList()
  readonly tokensPerS = new NumberList()
  #firstSentMs = Infinity
  #lastDoneMs = -Infinity
  readonly #sla: ReplaySla | undefined

  constructor(sla: ReplaySla | undefined) {
    this.#sla = sla
  }

  /** From the first that was sent to the end of the last, both of those that ended well. */
  get durationMs(): number {
    return Math.max(0, this.#lastDoneMs - this.#firstSentMs)
  }

  add(record: RequestRecord): void {
    const sentMs = dispatchedMs(record)
    if (record.phase !== 'profiling' || sentMs === undefined) return
    this.requests += 1
    if (record.outcome.kind !== 'ok') return
    const outputTokens = record.outputTokens ?? record.plannedOutputTokens
    this.completed += 1
    this.inputTokens += record.inputTokens ?? record.plannedInputTokens
    this.outputTokens += outputTokens
    if (this.cachedTokens !== undefined)
      this.cachedTokens = record.cachedTokens === undefined ? undefined : this.cachedTokens + record.cachedTokens
    this.#firstSentMs = Math.min(this.#firstSentMs, sentMs)
    this.#lastDoneMs = Math.max(this.#lastDoneMs, record.doneMs)
    const { firstTokenMs, lastTokenMs } = record
    if (firstTokenMs !== undefined && lastTokenMs !== undefined)
      this.#addTokens(record, { outputTokens, ttftMs: firstTokenMs - sentMs, e2eMs: lastTokenMs - sentMs })
  }

  #addTokens(
    { chunkGapsMs }: RequestRecord,
    { outputTokens, ttftMs, e2eMs }: { readonly outputTokens: number; readonly ttftMs: number; readonly e2eMs: number },
  ): void {
    this.ttftMs.push(ttftMs)
    this.e2eMs.push(e2eMs)
    const gaps = outputTokens - 1
    const tpotMs = gaps > 0 ? (e2eMs - ttftMs) / gaps : undefined
    if (tpotMs !== undefined) this.tpotMs.push(tpotMs)
    const { ttftMs: mostTtftMs = Infinity, itlMs: mostItlMs = Infinity, e2eMs: mostE2eMs = Infinity } = this.#sla ?? {}
    if (this.#sla && ttftMs <= mostTtftMs && e2eMs <= mostE2eMs && (tpotMs ?? 0) <= mostItlMs) {
      this.good += 1
      this.goodOutputTokens += outputTokens
    }
    if (chunkGapsMs === undefined || gaps === 0 || chunkGapsMs.length !== gaps) return
    this.ttstMs.push(chunkGapsMs[0]!)
    for (const gapMs of chunkGapsMs) {
      this.itlMs.push(gapMs)
      if (gapMs > 0) this.tokensPerS.push(1_000 / gapMs)
    }
  }
}
