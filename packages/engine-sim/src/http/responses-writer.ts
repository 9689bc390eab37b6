import type { ServerResponse } from 'node:http'
import { openEventStream, sendJson } from './exchange.ts'
import type { GenerationPlan } from './plan-generation.ts'
import type { CacheUsage, ReplyHead, ReplyPiece, UsageCounts } from './reply-shape.ts'
import type { ReplyWriter } from './reply-writer.ts'
import { outputItem, responseOf, textPart } from './responses-shape.ts'

/** The stream of `/v1/responses`: typed and numbered events, of which one in the middle brings each token, and no `[DONE]`. */
export class ResponsesStreamWriter implements ReplyWriter {
  readonly #response: ServerResponse
  readonly #head: ReplyHead
  readonly #plan: GenerationPlan
  #pending = ''
  #text = ''
  #events = 0
  #over = false

  constructor(response: ServerResponse, head: ReplyHead, plan: GenerationPlan) {
    this.#response = response
    this.#head = head
    this.#plan = plan
    openEventStream(response)
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
    this.#over = true
  }

  get pending(): boolean {
    return this.#pending.length > 0
  }

  flush(): void {
    if (this.#over) this.#response.end(this.#pending)
    else if (this.#pending.length > 0) this.#response.write(this.#pending)
    this.#pending = ''
    this.#response.socket?.uncork()
  }

  #place(): object {
    return { item_id: `msg_${this.#head.id}`, output_index: 0, content_index: 0 }
  }

  #event(type: string, fields: object): void {
    this.#pending += `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: this.#events, ...fields })}\n\n`
    this.#events += 1
  }
}

/** A response as one JSON value, sent when it is complete. */
export class WholeResponseWriter implements ReplyWriter {
  readonly #response: ServerResponse
  readonly #head: ReplyHead
  readonly #plan: GenerationPlan
  #text = ''
  #json: string | undefined

  constructor(response: ServerResponse, head: ReplyHead, plan: GenerationPlan) {
    this.#response = response
    this.#head = head
    this.#plan = plan
  }

  piece({ text }: ReplyPiece): void {
    this.#text += text
  }

  end(usage: UsageCounts & CacheUsage): void {
    const { reply, maxTokens } = this.#plan
    this.#json = JSON.stringify(responseOf(this.#head, { text: this.#text, maxTokens, ended: { ...reply, usage } }))
  }

  get pending(): boolean {
    return this.#json !== undefined
  }

  flush(): void {
    if (this.#json !== undefined) sendJson(this.#response, this.#json)
  }
}
