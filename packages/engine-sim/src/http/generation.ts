import type { RequestTiming } from '../core/engine-request.ts'
import type { ReplySink } from '../drive/reply-sink.ts'
import type { GenerationPlan } from './plan-generation.ts'
import type { ReplyWriter } from './reply-writer.ts'

/** Hears of every generation of a server. */
export interface GenerationListener {
  /** `previousMs` is the instant of the token before; absent at the first. */
  token(generation: Generation, atMs: number, previousMs: number | undefined): void
  finished(generation: Generation): void
  /** The client went away before the end. */
  aborted(generation: Generation): void
}

interface GenerationOptions {
  /** As the client sees it. */
  readonly id: string
  readonly plan: GenerationPlan
  readonly receivedMs: number
  readonly queuedMs: number
  /** Prompt tokens in blocks that the cache can hold. */
  readonly cacheableTokens: number
  readonly writer: ReplyWriter
  readonly listener: GenerationListener
  readonly now: () => number
  readonly keepTokenInstants: boolean
  /** Cuts the reply off and tells of a bug of ours. */
  readonly onError: (error: unknown) => void
}

/** A reply in the making: turns the engine's instants into the pieces of the planned text, and remembers them. */
export class Generation implements ReplySink {
  readonly id: string
  readonly plan: GenerationPlan
  readonly receivedMs: number
  readonly queuedMs: number
  /** Tokens so far. */
  generated = 0
  firstTokenMs: number | undefined
  lastTokenMs: number | undefined
  firstWriteMs: number | undefined
  lastWriteMs: number | undefined
  /** Set when the reply is complete. */
  ended: (RequestTiming & { readonly cachedTokens: number }) | undefined
  /** Instant of every token, where asked for. */
  readonly tokenMs: number[] | undefined
  /** Instant of the write that carried each token, where asked for. */
  readonly writeMs: number[] | undefined
  readonly #options: GenerationOptions
  #hasFailed = false

  constructor(options: GenerationOptions) {
    this.#options = options
    this.id = options.id
    this.plan = options.plan
    this.receivedMs = options.receivedMs
    this.queuedMs = options.queuedMs
    this.tokenMs = options.keepTokenInstants ? [] : undefined
    this.writeMs = options.keepTokenInstants ? [] : undefined
  }

  tokens(count: number, atMs: number): void {
    for (let told = 0; told < count; told += 1) this.#token(atMs)
  }

  /** The reply is complete; `cachedTokens` prompt tokens were found in the cache. */
  finished(cachedTokens: number, timing: RequestTiming): void {
    this.ended = { ...timing, cachedTokens }
    this.#options.writer.end({
      promptTokens: this.plan.prompt.promptTokens,
      completionTokens: this.generated,
      cachedTokens,
      createdTokens: this.#options.cacheableTokens - cachedTokens,
    })
  }

  /** The client has gone away; its blocks are free again. */
  aborted(): void {
    if (this.#hasFailed) return
    try {
      this.#options.listener.aborted(this)
    } catch (error) {
      this.failed(error)
    }
  }

  /** Something that it called has a bug. It costs this reply, and not those beside it. */
  failed(error: unknown): void {
    this.#hasFailed = true
    this.#options.onError(error)
  }

  /** Everything that was due has been told: it goes to the client. */
  flush(): void {
    if (this.#options.writer.pending) {
      // Before the write: a client on another core may have read it by the time the call returns.
      const atMs = this.#options.now()
      this.firstWriteMs ??= atMs
      this.lastWriteMs = atMs
      if (this.writeMs) while (this.writeMs.length < this.generated) this.writeMs.push(atMs)
      this.#options.writer.flush()
    }
    if (this.ended) this.#options.listener.finished(this)
  }

  #token(atMs: number): void {
    const { reply, returnTokenIds } = this.plan
    const index = this.generated
    const previousMs = this.lastTokenMs
    this.generated += 1
    this.firstTokenMs ??= atMs
    this.lastTokenMs = atMs
    this.tokenMs?.push(atMs)
    this.#options.writer.piece({
      text: reply.textAt(index),
      ...(returnTokenIds && { tokenIds: [reply.idAt(index)] }),
      ...(this.generated === reply.outputTokens && { end: reply }),
    })
    this.#options.listener.token(this, atMs, previousMs)
  }
}
