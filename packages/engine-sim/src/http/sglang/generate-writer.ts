import type { ServerResponse } from 'node:http'
import { EventStream } from '../event-stream.ts'
import { sendJson } from '../exchange.ts'
import type { GenerationPlan } from '../plan-generation.ts'
import type { ReplyEnd, ReplyPiece, ReplyTotals } from '../reply-shape.ts'
import type { ReplyWriter } from '../reply-writer.ts'
import { cachedDetails, matchedStop } from './sglang-usage.ts'

/**
 * Replies of `/generate`. Each event of a stream holds all of the reply so far, and the head of a stream goes out at once.
 *
 * Source: `_handle_batch_output` of SGLang 0.5.23, `managers/tokenizer_manager.py`. What the model knows at the end of a
 * request alone is told there: how often it lost its memory, and which tier its prompt was found in.
 */
export class GenerateWriter implements ReplyWriter {
  readonly #response: ServerResponse
  readonly #events: EventStream | undefined
  readonly #id: string
  readonly #plan: GenerationPlan
  #text = ''
  readonly #ids: number[] = []
  #end: ReplyEnd | undefined
  #whole: string | undefined

  constructor(response: ServerResponse, id: string, plan: GenerationPlan) {
    this.#response = response
    this.#events = plan.stream ? new EventStream(response) : undefined
    this.#id = id
    this.#plan = plan
  }

  piece({ text, tokenIds = [], end, completionTokens, cachedTokens }: ReplyPiece): void {
    this.#text += text
    this.#ids.push(...tokenIds)
    this.#end = end
    const { promptTokens } = this.#plan.prompt
    // The last one waits for what `end` knows.
    if (!end) this.#events?.put(this.#soFar({ promptTokens, completionTokens, cachedTokens }))
  }

  end(totals: ReplyTotals): void {
    const last = this.#soFar(totals)
    if (!this.#events) {
      this.#whole = last
      return
    }
    this.#events.put(last)
    this.#events.put('[DONE]')
    this.#events.end()
  }

  get pending(): boolean {
    return this.#events?.pending ?? this.#whole !== undefined
  }

  flush(): void {
    this.#events?.flush()
    if (this.#whole !== undefined) sendJson(this.#response, this.#whole)
  }

  #soFar(totals: Omit<ReplyTotals, 'createdTokens'>): string {
    const { promptTokens, completionTokens, cachedTokens, hostTokens, endToEndMs, preemptions } = totals
    const { promptTokenIds } = this.#plan
    return JSON.stringify({
      text: this.#text,
      output_ids: this.#ids,
      meta_info: {
        id: this.#id,
        finish_reason: this.#end ? finishOf(this.#end, completionTokens) : null,
        prompt_tokens: promptTokens,
        weight_version: 'default',
        ...(preemptions !== undefined && { num_retractions: preemptions }),
        reasoning_tokens: 0,
        completion_tokens: completionTokens,
        cached_tokens: cachedTokens,
        ...(hostTokens !== undefined && { cached_tokens_details: cachedDetails(totals) }),
        ...(endToEndMs !== undefined && { e2e_latency: endToEndMs / 1e3 }),
      },
      ...(promptTokenIds && { prompt_token_ids: promptTokenIds }),
    })
  }
}

function finishOf(end: ReplyEnd, completionTokens: number): object {
  if (end.finishReason === 'length') return { type: 'length', length: completionTokens }
  if (end.finishReason === 'abort') return { type: 'abort', message: 'Aborted', status_code: null, err_type: null }
  return { type: 'stop', matched: matchedStop(end) }
}
