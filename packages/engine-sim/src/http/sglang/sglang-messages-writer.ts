import type { ServerResponse } from 'node:http'
import { EventStream } from '../event-stream.ts'
import type { GenerationPlan } from '../plan-generation.ts'
import type { ReplyEnd, ReplyHead, ReplyPiece, ReplyTotals, WholeReply } from '../reply-shape.ts'
import type { ReplyWriter } from '../reply-writer.ts'

/**
 * The stream of `/v1/messages`: a message is opened with the first token and says then what was found in the cache; its last counts are those of
 * the reply alone. What has no value is left out.
 *
 * Source: `entrypoints/anthropic/serving.py` and `protocol.py` of SGLang 0.5.23.
 */
export class SglangMessagesWriter implements ReplyWriter {
  readonly #stream: EventStream
  readonly #head: ReplyHead
  readonly #plan: GenerationPlan
  #isOpen = false
  #hasText = false
  #end: ReplyEnd | undefined

  constructor(response: ServerResponse, head: ReplyHead, plan: GenerationPlan) {
    this.#stream = new EventStream(response, 'late')
    this.#head = head
    this.#plan = plan
  }

  piece({ text, cachedTokens, end }: ReplyPiece): void {
    this.#end = end
    if (!this.#isOpen) {
      const { promptTokens } = this.#plan.prompt
      const usage = usageOf({ promptTokens, cachedTokens, completionTokens: 0 })
      this.#event('message_start', { message: { ...openedOf(this.#head, []), usage } })
    }
    this.#isOpen = true
    if (text === '') return
    if (!this.#hasText) this.#event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } })
    this.#hasText = true
    this.#event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })
  }

  end({ completionTokens }: ReplyTotals): void {
    if (this.#hasText) this.#event('content_block_stop', { index: 0 })
    const delta = { stop_reason: stopReasonOf(this.#end) }
    this.#event('message_delta', { delta, usage: { output_tokens: completionTokens } })
    this.#event('message_stop', {})
    this.#stream.end()
  }

  get pending(): boolean {
    return this.#stream.pending
  }

  flush(): void {
    this.#stream.flush()
  }

  #event(type: string, fields: object): void {
    this.#stream.put(JSON.stringify({ type, ...fields }), type)
  }
}

/** A whole reply of `/v1/messages`. */
export function wholeSglangMessage(head: ReplyHead) {
  const whole = ({ text, usage, ...end }: WholeReply): string =>
    JSON.stringify({
      ...openedOf(head, [{ type: 'text', text }]),
      stop_reason: stopReasonOf(end),
      usage: usageOf(usage),
    })
  return { whole }
}

function openedOf({ id, model }: ReplyHead, content: readonly object[]): object {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', content, model }
}

/** A stop string is no reason of its own here. */
function stopReasonOf(end: ReplyEnd | undefined): string {
  return end?.finishReason === 'length' ? 'max_tokens' : 'end_turn'
}

function usageOf(counts: Omit<ReplyTotals, 'createdTokens'>): object {
  const { promptTokens, cachedTokens, completionTokens } = counts
  return {
    input_tokens: promptTokens - cachedTokens,
    output_tokens: completionTokens,
    ...(cachedTokens > 0 && { cache_read_input_tokens: cachedTokens }),
  }
}
