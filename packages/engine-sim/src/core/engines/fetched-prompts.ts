import type { EngineRequest } from '../engine-request.ts'
import type { HandOver, Parties, Travelling } from './hand-over.ts'

/**
 * A prompt is computed and kept; an engine that decodes finds blocks for all of it and fetches what its cache lacks; then it computes the
 * prompt's last token, which brings the first of the output.
 *
 * Source: vLLM with its NIXL connector: the token that the prefill brought is thrown away.
 */
export class FetchedPrompts implements HandOver {
  readonly admits = 'prefill'
  readonly inOrder = false

  submit(request: EngineRequest, nowMs: number, { prefill }: Parties): 'prefill' {
    prefill.submit({ ...request, outputTokens: 1, maxTokens: 1, keepsBlocks: true }, nowMs)
    return 'prefill'
  }

  prefilled(travelling: Travelling, atMs: number, { decode, turn }: Parties): void {
    turn(travelling, 'blocks', atMs)
    decode.submit({ ...travelling.request, isRemote: true }, atMs)
  }

  reserved(travelling: Travelling, atMs: number, { turn, send }: Parties): void {
    turn(travelling, 'transfer', atMs)
    send(travelling, travelling.request.promptTokens, { isLast: true, atMs })
  }
}
