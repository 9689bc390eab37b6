import type { RequestRecord } from '@reprise/replay-engine'
import type { OutputTokens } from '../result/result.ts'
import { NumberList } from './number-list.ts'
import { quantile } from './quantile.ts'

/** How many times the mean of the later gaps a first gap is odd. */
const ODD_TIMES = 3
/** The first gap, and three to compare it with. */
const LEAST_READS = 5

/**
 * Looks for first tokens that are none: a server that sends a blank at once has a short time to its first token, and then a gap in which
 * the work is done. Gaps are those between reads, since one read may bring many chunks.
 */
export class FirstGapMeter {
  readonly #secondReads = new NumberList()
  #odd = 0

  add({ sentMs, firstTokenMs, secondReadMs, lastTokenMs, chunks = 0, reads = chunks }: RequestRecord): void {
    if (sentMs === undefined || firstTokenMs === undefined || secondReadMs === undefined || lastTokenMs === undefined)
      return
    if (reads < LEAST_READS) return
    this.#secondReads.push(secondReadMs - sentMs)
    const laterMs = (lastTokenMs - secondReadMs) / (reads - 2)
    if (secondReadMs - firstTokenMs > ODD_TIMES * laterMs) this.#odd += 1
  }

  /** `undefined` when no first gap is odd. */
  result(): OutputTokens['oddFirstGap'] {
    if (this.#odd === 0) return undefined
    const secondReadP50Ms = quantile(this.#secondReads.sorted(), 0.5)!
    return { replies: this.#odd, of: this.#secondReads.length, secondReadP50Ms }
  }
}
