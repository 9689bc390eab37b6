import type { RequestRecord } from '@reprise/replay-engine'
import type { OutputTokens } from '../result/result.ts'
import { FirstGapMeter } from './first-gap.ts'
import { firstReadOf } from './first-read.ts'
import { hasMoreChunks, isSurelyShort, outputCount } from './output-count.ts'
import { keptBack, replyPace } from './reply-pace.ts'

/** What replies that ended well show of their tokens, and what has to be taken on trust. */
export class ReplyShapeMeter {
  readonly #countedBy: OutputTokens['countedBy'] = { usage: 0, length: 0, chunks: 0, none: 0 }
  readonly #firstGap = new FirstGapMeter()
  #firstChunkAssumed = 0
  #firstChunkShared = 0
  #hidden = 0
  #silent = 0
  #paceUnseen = 0
  #overAsked = 0
  #moreChunks = 0
  #short = 0

  /** Of a request that ended well. */
  add(record: RequestRecord): void {
    const count = outputCount(record)
    this.#countedBy[count?.by ?? 'none'] += 1
    const kept = keptBack(record)
    if (kept) this.#hidden += 1
    if (kept === 'all') this.#silent += 1
    if ((record.outputTokens ?? 0) > record.plannedOutputTokens) this.#overAsked += 1
    if (hasMoreChunks(record)) this.#moreChunks += 1
    if (isSurelyShort(record)) this.#short += 1
    const { kind } = replyPace(record)
    if (kind === 'unseen') this.#paceUnseen += 1
    if (!count || kind !== 'seen') return
    this.#firstGap.add(record, count.tokens)
    this.#addFirstRead(firstReadOf(record, count.tokens))
  }

  result() {
    const oddFirstGap = this.#firstGap.result()
    return {
      countedBy: { ...this.#countedBy },
      firstChunkAssumed: this.#firstChunkAssumed,
      ...(this.#firstChunkShared > 0 && { firstChunkShared: this.#firstChunkShared }),
      ...(this.#hidden > 0 && { hidden: { replies: this.#hidden, showedNothing: this.#silent } }),
      ...(this.#paceUnseen > 0 && { paceUnseen: this.#paceUnseen }),
      ...(this.#overAsked > 0 && { overAsked: this.#overAsked }),
      ...(this.#moreChunks > 0 && { moreChunks: this.#moreChunks }),
      ...(this.#short > 0 && { surelyShort: this.#short }),
      ...(oddFirstGap && { oddFirstGap }),
    }
  }

  #addFirstRead({ tokens, by }: ReturnType<typeof firstReadOf>): void {
    if (by === 'guess') this.#firstChunkAssumed += 1
    if (by === 'payload' && tokens > 1) this.#firstChunkShared += 1
  }
}
