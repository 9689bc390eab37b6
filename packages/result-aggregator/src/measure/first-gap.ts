import type { RequestRecord } from '@reprise/replay-engine'
import { quantile } from '@reprise/trace/quantile'
import type { OutputTokens } from '../result/result.ts'
import { firstReadOf } from './first-read.ts'
import { NumberList } from './number-list.ts'

/** How many times the mean of the later gaps a first gap is odd. */
const ODD_TIMES = 3
/** The first gap, and two to compare it with: a server that sends a token at once and then fifty at a time stays below three times them. */
const LEAST_READS = 4
/** Of two reads the second holds nearly all when the first holds less than this share of so many tokens or more. */
const LEAST_SHARE = 0.1
const LEAST_TOKENS = 10

/**
 * Looks for first tokens that are none: a server that sends a blank at once has a short time to its first token, and then a gap in which
 * the work is done. Gaps are those between reads, since one read may bring many chunks. Of two reads there is
 * no later gap to compare with: then a first read of next to nothing is odd by itself.
 */
export class FirstGapMeter {
  readonly #secondReads = new NumberList()
  #odd = 0

  /** `tokens`: of the whole reply. */
  add(record: RequestRecord, tokens: number): void {
    const { sentMs, firstTokenMs, secondReadMs, lastTokenMs, chunks = 0, reads = chunks } = record
    if (sentMs === undefined || firstTokenMs === undefined || secondReadMs === undefined || lastTokenMs === undefined)
      return
    // A target without text tells of the first token and of the last.
    const isHalved = reads === 2 && tokens >= LEAST_TOKENS && record.payloadBytes !== undefined
    if (!isHalved && reads < LEAST_READS) return
    this.#secondReads.push(secondReadMs - sentMs)
    const laterMs = isHalved ? 0 : (lastTokenMs - secondReadMs) / (reads - 2)
    if (isHalved && firstReadOf(record, tokens).tokens >= LEAST_SHARE * tokens) return
    if (secondReadMs - firstTokenMs > ODD_TIMES * laterMs) this.#odd += 1
  }

  /** `undefined` when no first gap is odd. */
  result(): OutputTokens['oddFirstGap'] {
    if (this.#odd === 0) return undefined
    const secondReadP50Ms = quantile(this.#secondReads.sorted(), 0.5)!
    return { replies: this.#odd, of: this.#secondReads.length, secondReadP50Ms }
  }
}
