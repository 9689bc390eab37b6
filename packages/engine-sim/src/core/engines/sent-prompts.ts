import type { EngineRequest } from '../engine-request.ts'
import type { HandOver, Parties, Travelling } from './hand-over.ts'

/**
 * Both engines get a request at once. The one that decodes finds room for its whole prompt, and only then the other begins with it; what
 * that has found or computed goes out chunk by chunk, in whole pages, and with the last chunk the first token of the output.
 *
 * Source: SGLang 0.5.23, `disaggregation/prefill.py` (`pop_bootstrapped`, `maybe_send_cached_prefix_chunk`, `send_kv_chunk`),
 * `disaggregation/decode.py` (`pop_preallocated`), and `add_transfer_request` of `disaggregation/mooncake/conn.py`, which has one queue for
 * what goes to the same engine. What is told to be cached is `cached_tokens` of `prepare_for_prebuilt`.
 */
export class SentPrompts implements HandOver {
  readonly admits = 'decode'
  readonly inOrder = true
  readonly #pageSize: number

  constructor(pageSize: number) {
    this.#pageSize = pageSize
  }

  submit(request: EngineRequest, nowMs: number, { prefill, decode }: Parties): 'blocks' {
    prefill.submit({ ...request, outputTokens: 1, maxTokens: 1, keepsBlocks: true, awaitsRoom: true }, nowMs)
    decode.submit({ ...request, isRemote: true }, nowMs)
    return 'blocks'
  }

  reserved(travelling: Travelling, atMs: number, { prefill, turn }: Parties): void {
    turn(travelling, 'prefill', atMs)
    prefill.receive(travelling.request.id, atMs)
  }

  computed(travelling: Travelling, tokens: number, atMs: number, { send }: Parties): void {
    const whole = Math.floor(tokens / this.#pageSize) * this.#pageSize
    if (whole > travelling.sentTokens) send(travelling, whole, { isLast: false, atMs })
  }

  prefilled(travelling: Travelling, atMs: number, { turn, send }: Parties): void {
    const { cachedTokens, sparedTokens } = travelling
    travelling.cachedTokens = Math.max(cachedTokens, sparedTokens)
    turn(travelling, 'transfer', atMs)
    send(travelling, travelling.request.promptTokens, { isLast: true, atMs })
  }
}
