import type { ServerResponse } from 'node:http'
import { EventStream } from '../event-stream.ts'
import type { GenerationPlan } from '../plan-generation.ts'
import type { ReplyEnd, ReplyHead, ReplyPiece, ReplyTotals, WholeReply } from '../reply-shape.ts'
import type { ReplyWriter } from '../reply-writer.ts'
import { matchedStop, sglangUsage, sglextOf } from './sglang-usage.ts'

/**
 * The stream of `/v1/chat/completions`: the role and the first text come together, the reason of the end in a chunk of its own. A token
 * without text is told by none. Its head goes out with the first chunk.
 *
 * Source: `_generate_chat_stream` (`entrypoints/openai/serving_chat.py`) and `sse_utils.py` of SGLang 0.5.23.
 */
export class SglangChatWriter implements ReplyWriter {
  readonly #events: EventStream
  readonly #head: ReplyHead
  readonly #plan: GenerationPlan
  readonly #tellsCache: boolean
  #hasBegun = false

  /** @param tellsCache says where cached tokens came from. */
  constructor(response: ServerResponse, head: ReplyHead, plan: GenerationPlan, tellsCache: boolean) {
    this.#events = new EventStream(response, 'late')
    this.#head = head
    this.#plan = plan
    this.#tellsCache = tellsCache
  }

  piece({ text, end, completionTokens, cachedTokens }: ReplyPiece): void {
    if (!this.#hasBegun) this.#chunk({ reasoning_content: null, role: 'assistant', content: '' })
    this.#hasBegun = true
    const { prompt, continuousUsage } = this.#plan
    const usage = sglangUsage({ promptTokens: prompt.promptTokens, completionTokens, cachedTokens })
    if (text !== '') this.#chunk({ reasoning_content: null, content: text }, continuousUsage ? { usage } : {})
    if (end) this.#chunk({ reasoning_content: null }, { end })
  }

  end(totals: ReplyTotals): void {
    const { sglext } = this.#tellsCache ? sglextOf(totals) : {}
    if (sglext) this.#put([], { usage: null, sglext })
    if (this.#plan.includeUsage) this.#put([], { usage: sglangUsage(totals) })
    this.#events.put('[DONE]')
    this.#events.end()
  }

  get pending(): boolean {
    return this.#events.pending
  }

  flush(): void {
    this.#events.flush()
  }

  #chunk(delta: object, { end, usage }: { readonly end?: ReplyEnd; readonly usage?: object } = {}): void {
    const choice = {
      ...{ index: 0, delta, logprobs: null },
      finish_reason: end?.finishReason ?? null,
      matched_stop: end ? matchedStop(end) : null,
    }
    this.#put([choice], usage ? { usage } : {})
  }

  #put(choices: readonly object[], rest: object): void {
    const { id, created, model } = this.#head
    const chunk = { id, object: 'chat.completion.chunk', created, model, choices, ...rest }
    this.#events.put(JSON.stringify(chunk))
  }
}

/** A whole reply of `/v1/chat/completions`; `tellsCache` as for a stream. Source: `_build_chat_response` of SGLang 0.5.23. */
export function wholeSglangChat({ id, created, model }: ReplyHead, tellsCache: boolean) {
  const whole = ({ text, usage, tokenIds, promptTokenIds, ...end }: WholeReply): string =>
    JSON.stringify({
      ...{ id, object: 'chat.completion', created, model },
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: text, reasoning_content: null },
          ...{ logprobs: null, finish_reason: end.finishReason, matched_stop: matchedStop(end) },
          ...(promptTokenIds && { prompt_token_ids: promptTokenIds }),
          ...(tokenIds && { response_token_ids: tokenIds }),
        },
      ],
      usage: sglangUsage(usage),
      metadata: { weight_version: 'default' },
      ...(tellsCache && sglextOf(usage)),
    })
  return { whole }
}
