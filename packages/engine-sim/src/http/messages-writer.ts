import type { ServerResponse } from 'node:http'
import { EventStream } from './event-stream.ts'
import { messageUsage, openedMessage, stopOf } from './messages-shape.ts'
import type { GenerationPlan } from './plan-generation.ts'
import type { CacheUsage, ReplyHead, ReplyPiece, UsageCounts } from './reply-shape.ts'
import type { ReplyWriter } from './reply-writer.ts'

/**
 * The stream of `/v1/messages`: a message is opened with the first token, each token is a delta of its one block of text, the counts come with
 * the end, and there is no `[DONE]`. Fields and their order are those of vLLM 0.33.0.
 */
export class MessagesStreamWriter implements ReplyWriter {
  readonly #stream: EventStream
  readonly #head: ReplyHead
  readonly #plan: GenerationPlan
  #isOpen = false
  #hasText = false

  constructor(response: ServerResponse, head: ReplyHead, plan: GenerationPlan) {
    this.#stream = new EventStream(response)
    this.#head = head
    this.#plan = plan
  }

  piece({ text }: ReplyPiece): void {
    this.#open()
    if (text === '') return
    if (!this.#hasText) this.#event('content_block_start', { content_block: { type: 'text', text: '' }, index: 0 })
    this.#hasText = true
    this.#event('content_block_delta', { delta: { type: 'text_delta', text }, index: 0 })
  }

  end(usage: UsageCounts & CacheUsage): void {
    if (this.#hasText) this.#event('content_block_stop', { index: 0 })
    this.#event('message_delta', { delta: stopOf(this.#plan.reply), usage: messageUsage(usage) })
    this.#event('message_stop', {})
    this.#stream.end()
  }

  get pending(): boolean {
    return this.#stream.pending
  }

  flush(): void {
    this.#stream.flush()
  }

  /** What was found in the cache is not told yet: the prompt counts as read for the first time. */
  #open(): void {
    if (this.#isOpen) return
    this.#isOpen = true
    const message = {
      ...openedMessage(this.#head),
      content: [],
      model: this.#head.model,
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: this.#plan.prompt.promptTokens, output_tokens: 0 },
    }
    this.#event('message_start', { message })
  }

  #event(type: string, fields: object): void {
    this.#stream.put(JSON.stringify({ type, ...fields }), type)
  }
}
