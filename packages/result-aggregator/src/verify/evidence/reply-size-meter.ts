import type { RequestRecord } from '@reprise/replay-engine'

export interface ReplySizes {
  /** Replies of which text and token count are known. */
  readonly replies: number
  readonly bytes: number
  readonly tokens: number
  /** Replies with fewer bytes of text than chunks that bore text. */
  readonly thin: number
  readonly thinExample?: string
}

/** Text beside tokens and chunks, of replies that ended well. */
export class ReplySizeMeter {
  #replies = 0
  #bytes = 0
  #tokens = 0
  #thin = 0
  #thinExample: string | undefined

  add({ id, outcome, payloadBytes, outputTokens, chunks = 0 }: RequestRecord): void {
    if (outcome.kind !== 'ok' || payloadBytes === undefined) return
    if (payloadBytes < chunks) {
      this.#thin += 1
      this.#thinExample ??= id
    }
    if (outputTokens === undefined) return
    this.#replies += 1
    this.#bytes += payloadBytes
    this.#tokens += outputTokens
  }

  result(): ReplySizes {
    return {
      replies: this.#replies,
      bytes: this.#bytes,
      tokens: this.#tokens,
      thin: this.#thin,
      ...(this.#thinExample !== undefined && { thinExample: this.#thinExample }),
    }
  }
}
