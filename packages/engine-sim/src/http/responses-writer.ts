import type { ServerResponse } from 'node:http'
import { EventStream } from './event-stream.ts'
import type { GenerationPlan } from './plan-generation.ts'
import type { CacheUsage, ReplyHead, ReplyPiece, UsageCounts } from './reply-shape.ts'
import type { ReplyWriter } from './reply-writer.ts'
import { outputItem, responseOf, textPart } from './responses-shape.ts'

/** The stream of `/v1/responses`: typed and numbered events, of which one in the middle brings each token, and no `[DONE]`. */
export class ResponsesStreamWriter implements ReplyWriter {
  readonly #stream: EventStream
  readonly #head: ReplyHead
  readonly #plan: GenerationPlan
  #text = ''
  #events = 0

  constructor(response: ServerResponse, head: ReplyHead, plan: GenerationPlan) {
    this.#stream = new EventStream(response)
    this.#head = head
    this.#plan = plan
    const opened = responseOf(head, { text: '', maxTokens: plan.maxTokens })
    this.#event('response.created', { response: opened })
    this.#event('response.in_progress', { response: opened })
    this.flush()
  }

  piece({ text }: ReplyPiece): void {
    if (this.#text === '') {
      const item = outputItem(this.#head, undefined, 'in_progress')
      this.#event('response.output_item.added', { output_index: 0, item })
      this.#event('response.content_part.added', { ...this.#place(), part: textPart('') })
    }
    this.#text += text
    this.#event('response.output_text.delta', { ...this.#place(), delta: text, logprobs: [] })
  }

  end(usage: UsageCounts & CacheUsage): void {
    const { reply, maxTokens } = this.#plan
    const text = this.#text
    const response = responseOf(this.#head, { text, maxTokens, ended: { ...reply, usage } })
    const status = reply.finishReason === 'length' ? 'incomplete' : 'completed'
    this.#event('response.output_text.done', { ...this.#place(), text, logprobs: [] })
    this.#event('response.content_part.done', { ...this.#place(), part: textPart(text) })
    this.#event('response.output_item.done', { output_index: 0, item: outputItem(this.#head, text, status) })
    this.#event(`response.${status}`, { response })
    this.#stream.end()
  }

  get pending(): boolean {
    return this.#stream.pending
  }

  flush(): void {
    this.#stream.flush()
  }

  #place(): object {
    return { item_id: `msg_${this.#head.id}`, output_index: 0, content_index: 0 }
  }

  #event(type: string, fields: object): void {
    this.#stream.put(JSON.stringify({ type, sequence_number: this.#events, ...fields }), type)
    this.#events += 1
  }
}
