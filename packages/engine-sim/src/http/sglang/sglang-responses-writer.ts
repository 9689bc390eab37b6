import type { ServerResponse } from 'node:http'
import type { ResponsesRequest } from '@reprise/wire'
import { EventStream } from '../event-stream.ts'
import type { ReplyEnd, ReplyHead, ReplyPiece, ReplyTotals } from '../reply-shape.ts'
import type { ReplyWriter } from '../reply-writer.ts'
import { messageOf, newMessageId, sglangResponse, statusOf, textPart } from './sglang-responses-shape.ts'

/**
 * The stream of `/v1/responses`: two events open it, a message is opened with its first text, and the last event has all of the response. A token
 * without text is told by none, and there is no `[DONE]`.
 *
 * Source: `_responses_stream_generator_non_harmony` of SGLang 0.5.23, `entrypoints/openai/serving_responses.py`; fields of an event in the order of
 * OpenAI's models.
 */
export class SglangResponsesWriter implements ReplyWriter {
  readonly #stream: EventStream
  readonly #head: ReplyHead
  readonly #asked: ResponsesRequest
  readonly #id = newMessageId()
  #text = ''
  #end: ReplyEnd | undefined
  #events = 0

  constructor(response: ServerResponse, head: ReplyHead, asked: ResponsesRequest) {
    this.#stream = new EventStream(response)
    this.#head = head
    this.#asked = asked
    const opened = sglangResponse(head, asked, { output: [] })
    for (const type of ['response.created', 'response.in_progress']) this.#lifecycle(type, opened)
    this.flush()
  }

  piece({ text, end }: ReplyPiece): void {
    this.#end = end
    if (text === '') return
    if (this.#text === '') {
      this.#event('response.output_item.added', {
        item: messageOf(this.#id, undefined, 'in_progress'),
        output_index: 0,
      })
      this.#event('response.content_part.added', { ...this.#place, part: textPart('') })
    }
    this.#text += text
    const { content_index, ...place } = this.#place
    this.#event('response.output_text.delta', { content_index, delta: text, ...place, logprobs: [] })
  }

  end(usage: ReplyTotals): void {
    const output = this.#text === '' ? [] : [messageOf(this.#id, this.#text, 'completed')]
    if (output.length > 0) this.#close(output[0]!)
    const response = sglangResponse(this.#head, this.#asked, { output, ended: { end: this.#end, usage } })
    this.#lifecycle(`response.${statusOf(this.#end)}`, response)
    this.#stream.end()
  }

  get pending(): boolean {
    return this.#stream.pending
  }

  flush(): void {
    this.#stream.flush()
  }

  #close(item: object): void {
    this.#event('response.output_text.done', { ...this.#place, logprobs: [] }, { text: this.#text })
    this.#event('response.content_part.done', { ...this.#place, part: textPart(this.#text) })
    this.#event('response.output_item.done', { item, output_index: 0 })
  }

  get #place() {
    return { content_index: 0, item_id: this.#id, output_index: 0 }
  }

  #event(type: string, before: object, after: object = {}): void {
    this.#put(type, { ...before, sequence_number: this.#events, ...after, type })
  }

  #lifecycle(type: string, response: object): void {
    this.#put(type, { type, response, sequence_number: this.#events })
  }

  #put(type: string, event: object): void {
    this.#stream.put(JSON.stringify(event), type)
    this.#events += 1
  }
}
