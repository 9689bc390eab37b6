import type { ServerResponse } from 'node:http'
import { usageOfAll } from './choice-usage.ts'
import type { ChoicesShape } from './choices-shape.ts'
import { EventStream } from './event-stream.ts'
import type { GenerationPlan } from './plan-generation.ts'
import type { ReplyPiece, ReplyTotals, UsageCounts } from './reply-shape.ts'
import type { ReplyWriter } from './reply-writer.ts'

/**
 * Server-sent events of all choices of a reply, one per piece, as they come.
 *
 * Source: the stream generators of vLLM 0.33.0: openings of all choices go before the first token of any; each prompt is repeated with the
 * first token of its choice; what was found in the cache is told of the choice that had the first token.
 */
export class ChoiceStream {
  readonly #events: EventStream
  readonly #shape: ChoicesShape
  readonly #plans: readonly GenerationPlan[]
  readonly #usages: ReplyTotals[] = []
  /** Characters sent of each choice; none before its first piece. */
  readonly #chars: (number | undefined)[] = []
  /** The choice that had the first token. */
  #first: number | undefined
  #ended = 0

  constructor(response: ServerResponse, shape: ChoicesShape, plans: readonly GenerationPlan[]) {
    this.#events = new EventStream(response)
    this.#shape = shape
    this.#plans = plans
  }

  writerOf(index: number): ReplyWriter {
    let isPending = false
    return {
      piece: (piece) => {
        isPending = true
        this.#piece(index, piece)
      },
      end: (usage) => {
        isPending = true
        this.#end(index, usage)
      },
      get pending() {
        return isPending
      },
      flush: () => {
        isPending = false
        if (this.#events.pending) this.#events.flush()
      },
    }
  }

  #piece(index: number, piece: ReplyPiece): void {
    if (this.#first === undefined) this.#open(index)
    // It was stopped before it had a token.
    if (piece.completionTokens === 0) return
    const plan = this.#plans[index]!
    const offset = this.#chars[index] ?? 0
    const { text, tokens, promptTokenIds } = withEcho(
      plan,
      piece,
      this.#chars[index] === undefined && !this.#shape.opening,
    )
    this.#chars[index] = offset + text.length
    const { tokenIds, end } = piece
    const { topLogProbs: top, includeUsage } = plan
    const { vocabulary } = plan.reply
    const isBeginning = promptTokenIds !== undefined && plan.echo !== undefined
    this.#events.put(
      this.#shape.piece({
        index,
        text,
        ...(tokenIds && { tokenIds }),
        ...(top !== undefined && { logProbs: this.#shape.logProbs(tokens, { top, offset, isBeginning, vocabulary }) }),
        ...(end && { end }),
        ...this.#usageAt(plan, piece.completionTokens),
        last: end !== undefined && !includeUsage,
        ...(promptTokenIds && { promptTokenIds }),
      }),
    )
  }

  #open(first: number): void {
    this.#first = first
    const { opening } = this.#shape
    if (!opening) return
    for (const [index, plan] of this.#plans.entries()) {
      const { promptTokenIds } = plan
      this.#events.put(opening.choice(index, { ...this.#usageAt(plan, 0), ...(promptTokenIds && { promptTokenIds }) }))
    }
    for (const [index, plan] of this.#plans.entries())
      if (plan.echo) this.#events.put(opening.echo(index, plan.echo.text, this.#usageAt(plan, 0).usage))
  }

  #end(index: number, usage: ReplyTotals): void {
    this.#usages[index] = usage
    this.#ended += 1
    if (this.#ended < this.#plans.length) return
    if (this.#plans[0]!.includeUsage)
      this.#events.put(this.#shape.usageChunk(usageOfAll(this.#plans, this.#usages, this.#first ?? 0)))
    this.#events.put('[DONE]')
    this.#events.end()
  }

  #usageAt({ continuousUsage, prompt }: GenerationPlan, completionTokens: number): { usage?: UsageCounts } {
    return continuousUsage ? { usage: { promptTokens: prompt.promptTokens, completionTokens } } : {}
  }
}

/** What a piece tells, with what is told of the prompt beside a first one. */
function withEcho({ echo, promptTokenIds }: GenerationPlan, { text, tokens = [] }: ReplyPiece, isFirst: boolean) {
  if (!isFirst) return { text, tokens, promptTokenIds: undefined }
  if (!echo) return { text, tokens, promptTokenIds }
  return {
    text: echo.isAll ? echo.text : echo.text + text,
    tokens: echo.isAll ? echo.tokens : [...echo.tokens, ...tokens],
    promptTokenIds: promptTokenIds ?? echo.tokens.map(({ id }) => id),
  }
}
