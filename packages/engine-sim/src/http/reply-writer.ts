import type { ServerResponse } from 'node:http'
import { EventStream } from './event-stream.ts'
import { sendJson } from './exchange.ts'
import type { GenerationPlan } from './plan-generation.ts'
import type { ReplyEnd, ReplyPiece, ReplyShape, ReplyTotals, UsageCounts } from './reply-shape.ts'

/** Where the tokens of a reply go: a stream as they come, or one JSON value at the end. */
export interface ReplyWriter {
  piece(piece: ReplyPiece): void
  end(totals: ReplyTotals): void
  /** Whether `flush` has something to send. */
  readonly pending: boolean
  /** Sends what was gathered, at once. */
  flush(): void
}

/** Server-sent events, one per piece. Events that are due together go out in one write. */
export class StreamWriter implements ReplyWriter {
  readonly #events: EventStream
  readonly #shape: ReplyShape
  readonly #plan: GenerationPlan
  #hasBegun = false

  /** @param opens as that of an `EventStream`. */
  constructor(response: ServerResponse, shape: ReplyShape, plan: GenerationPlan, opens?: 'now' | 'late') {
    this.#events = new EventStream(response, opens)
    this.#shape = shape
    this.#plan = plan
  }

  piece(piece: ReplyPiece): void {
    const { promptTokenIds } = this.#plan
    const isFirst = !this.#hasBegun
    if (isFirst && this.#shape.opening) {
      this.#events.put(this.#shape.opening({ ...this.#usageAt(0), ...(promptTokenIds && { promptTokenIds }) }))
    }
    this.#hasBegun = true
    this.#events.put(
      this.#shape.piece({
        ...piece,
        ...this.#usageAt(piece.completionTokens),
        ...(isFirst && promptTokenIds && { promptTokenIds }),
        last: piece.end !== undefined && !this.#plan.includeUsage,
      }),
    )
  }

  end(totals: ReplyTotals): void {
    const closing = this.#shape.closing?.(totals)
    if (closing !== undefined) this.#events.put(closing)
    if (this.#plan.includeUsage) this.#events.put(this.#shape.usageChunk(totals))
    this.#events.put('[DONE]')
    this.#events.end()
  }

  get pending(): boolean {
    return this.#events.pending
  }

  flush(): void {
    this.#events.flush()
  }

  #usageAt(completionTokens: number): { usage?: UsageCounts } {
    if (!this.#plan.continuousUsage) return {}
    return { usage: { promptTokens: this.#plan.prompt.promptTokens, completionTokens } }
  }
}

/** One JSON value, sent when the reply is complete. */
export class WholeWriter implements ReplyWriter {
  readonly #response: ServerResponse
  readonly #shape: Pick<ReplyShape, 'whole'>
  readonly #plan: GenerationPlan
  #text = ''
  #ids: number[] = []
  #end: ReplyEnd | undefined
  #json: string | undefined

  constructor(response: ServerResponse, shape: Pick<ReplyShape, 'whole'>, plan: GenerationPlan) {
    this.#response = response
    this.#shape = shape
    this.#plan = plan
  }

  piece({ text, tokenIds, end }: ReplyPiece): void {
    this.#text += text
    this.#end = end
    if (tokenIds) this.#ids.push(...tokenIds)
  }

  end(usage: ReplyTotals): void {
    const { returnTokenIds, promptTokenIds, reply } = this.#plan
    const { finishReason, stopReason } = this.#end ?? reply
    const { vocabulary } = reply
    this.#json = this.#shape.whole({
      text: this.#text,
      ...{ finishReason, stopReason, vocabulary },
      usage,
      ...(returnTokenIds && { tokenIds: this.#ids }),
      ...(promptTokenIds && { promptTokenIds }),
    })
  }

  get pending(): boolean {
    return this.#json !== undefined
  }

  flush(): void {
    if (this.#json !== undefined) sendJson(this.#response, this.#json)
  }
}
