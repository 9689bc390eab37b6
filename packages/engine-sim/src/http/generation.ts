import type { RequestTiming } from '../core/engine-request.ts'
import type { ReplySink } from '../drive/reply-sink.ts'
import type { GenerationPlan } from './plan-generation.ts'
import type { ReplyEnd } from './reply-shape.ts'
import type { ReplyWriter } from './reply-writer.ts'
import type { Token } from './vocabulary.ts'

/** Hears of every generation of a server. */
export interface GenerationListener {
  /** A step brought a token, or several where it verified drafts. `previousMs` is the instant of the tokens before; absent at the first. */
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
  readonly keyedMs: number
  /** Prompt tokens in blocks that the cache can hold. */
  readonly cacheableTokens: number
  readonly writer: ReplyWriter
  readonly listener: GenerationListener
  readonly now: () => number
  readonly keepTokenInstants: boolean
  /** Tokens of a stream that are sent together, but for its first and its last ones. */
  readonly streamInterval: number
  /** Holds the reply back behind its first tokens, until it calls. Absent: it is not held back. */
  readonly stall?: (goOn: () => void) => void
  /** Cuts the reply off and tells of a bug of ours. */
  readonly onError: (error: unknown) => void
}

/** Tokens that the client has not been sent. */
interface UnsentTokens {
  text: string
  ids: number[]
  tokens: Token[]
  count: number
}

/** A reply in the making: turns the engine's instants into the pieces of the planned text, and remembers them. */
export class Generation implements ReplySink {
  readonly id: string
  readonly plan: GenerationPlan
  readonly receivedMs: number
  readonly queuedMs: number
  readonly keyedMs: number
  /** Of several ranks, the one that it is on. */
  rank = 0
  /** Tokens so far. */
  generated = 0
  /** Prompt tokens that were found in the cache, known from the first token on. */
  cachedTokens = 0
  /** Of those, the ones that the last step brought. */
  brought = 0
  firstTokenMs: number | undefined
  lastTokenMs: number | undefined
  firstWriteMs: number | undefined
  lastWriteMs: number | undefined
  /** Set when the reply is complete. */
  ended: (RequestTiming & { readonly cachedTokens: number }) | undefined
  /** Somebody asked for no more of it. */
  wasStopped = false
  /** Instant of every token, where asked for. */
  readonly tokenMs: number[] | undefined
  /** Instant of the write that carried each token, where asked for. */
  readonly writeMs: number[] | undefined
  readonly #options: GenerationOptions
  readonly #unsent: UnsentTokens = { text: '', ids: [], tokens: [], count: 0 }
  #isOver = false
  #stalls: 'not yet' | 'now' | 'no more'

  constructor(options: GenerationOptions) {
    this.#options = options
    this.id = options.id
    this.plan = options.plan
    this.receivedMs = options.receivedMs
    this.queuedMs = options.queuedMs
    this.keyedMs = options.keyedMs
    this.#stalls = options.stall ? 'not yet' : 'no more'
    this.tokenMs = options.keepTokenInstants ? [] : undefined
    this.writeMs = options.keepTokenInstants ? [] : undefined
  }

  placed(rank: number): void {
    this.rank = rank
  }

  tokens(count: number, atMs: number, cachedTokens: number): void {
    this.cachedTokens = cachedTokens
    const { reply, returnTokenIds, stream, topLogProbs } = this.plan
    const previousMs = this.lastTokenMs
    const unsent = this.#unsent
    for (let told = 0; told < count; told += 1) {
      unsent.text += reply.textAt(this.generated)
      if (returnTokenIds) unsent.ids.push(reply.idAt(this.generated))
      if (topLogProbs !== undefined) unsent.tokens.push(reply.tokenAt(this.generated))
      unsent.count += 1
      this.generated += 1
      this.tokenMs?.push(atMs)
    }
    this.brought = count
    this.firstTokenMs ??= atMs
    this.lastTokenMs = atMs
    const end = this.generated === reply.outputTokens ? reply : undefined
    const isDue = previousMs === undefined || end !== undefined || unsent.count >= this.#options.streamInterval
    if (isDue || !stream) this.#send(end)
    this.#options.listener.token(this, atMs, previousMs)
  }

  /** The reply is complete; `cachedTokens` prompt tokens were found in the cache. */
  finished(cachedTokens: number, timing: RequestTiming): void {
    this.ended = { ...timing, cachedTokens }
    this.cachedTokens = cachedTokens
    this.#isOver = true
    this.#endReply()
  }

  /** The client has gone away; its blocks are free again, where they were not before. */
  aborted(): void {
    if (this.ended && this.#stalls === 'now') {
      this.#stalls = 'no more'
      this.#options.listener.finished(this)
    }
    if (this.#isOver) return
    this.#isOver = true
    try {
      this.#options.listener.aborted(this)
    } catch (error) {
      this.failed(error)
    }
  }

  /** Somebody asked for no more of it: what it has is its reply, and its blocks are free again. */
  stopped(): void {
    if (this.#isOver) return
    this.wasStopped = true
    this.#send({ finishReason: 'abort', stopReason: null })
    this.#endReply()
    this.aborted()
    this.flush()
  }

  /** Something that it called has a bug. It costs this reply, and not those beside it. */
  failed(error: unknown): void {
    this.#isOver = true
    this.#options.onError(error)
  }

  /** Everything that was due has been told: it goes to the client. */
  flush(): void {
    if (this.#isHeldBack()) return
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

  #isHeldBack(): boolean {
    const { stall, writer } = this.#options
    // Where a stream is through before anything of it went out, there is no later place.
    const hasBegun = this.firstWriteMs !== undefined || this.ended !== undefined || !this.plan.stream
    if (stall && this.#stalls === 'not yet' && hasBegun && writer.pending) {
      this.#stalls = 'now'
      stall(() => {
        this.#stalls = 'no more'
        this.flush()
      })
    }
    return this.#stalls === 'now'
  }

  #send(end: ReplyEnd | undefined): void {
    const { text, ids, tokens } = this.#unsent
    this.#options.writer.piece({
      text,
      completionTokens: this.generated,
      cachedTokens: this.cachedTokens,
      ...(this.plan.returnTokenIds && { tokenIds: ids }),
      ...(this.plan.topLogProbs !== undefined && { tokens }),
      ...(end && { end }),
    })
    Object.assign(this.#unsent, { text: '', ids: [], tokens: [], count: 0 })
  }

  #endReply(): void {
    const { cachedTokens, ended, lastTokenMs } = this
    this.#options.writer.end({
      promptTokens: this.plan.prompt.promptTokens,
      completionTokens: this.generated,
      cachedTokens,
      createdTokens: this.#options.cacheableTokens - cachedTokens,
      ...(ended && {
        endToEndMs: (lastTokenMs ?? this.receivedMs) - this.receivedMs,
        preemptions: ended.preemptions,
        hostTokens: ended.hostTokens ?? 0,
        ...(ended.diskTokens && { diskTokens: ended.diskTokens }),
        ...(lastTokenMs !== undefined && { instants: { ...ended, lastTokenMs } }),
      }),
    })
  }
}
