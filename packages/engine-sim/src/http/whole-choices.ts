import type { ServerResponse } from 'node:http'
import { usageOfAll } from './choice-usage.ts'
import type { ChoicesShape, WholeChoice } from './choices-shape.ts'
import { sendJson } from './exchange.ts'
import { renderPromptLogProbs } from './log-probs.ts'
import type { GenerationPlan } from './plan-generation.ts'
import type { ReplyEnd, ReplyPiece, ReplyTotals } from './reply-shape.ts'
import type { ReplyWriter } from './reply-writer.ts'
import type { Token } from './vocabulary.ts'

/** What there is of a choice. */
interface Gathered {
  text: string
  ids: number[]
  tokens: Token[]
  end: ReplyEnd | undefined
}

/** All choices of a reply in one JSON value, sent when the last is complete. What was found in the cache is told of that one. */
export class WholeChoices {
  readonly #response: ServerResponse
  readonly #shape: ChoicesShape
  readonly #plans: readonly GenerationPlan[]
  readonly #gathered: Gathered[]
  readonly #usages: ReplyTotals[] = []
  #ended = 0
  #json: string | undefined

  constructor(response: ServerResponse, shape: ChoicesShape, plans: readonly GenerationPlan[]) {
    this.#response = response
    this.#shape = shape
    this.#plans = plans
    this.#gathered = plans.map(() => ({ text: '', ids: [], tokens: [], end: undefined }))
  }

  writerOf(index: number): ReplyWriter {
    const isPending = () => this.#json !== undefined
    return {
      piece: (piece) => this.#piece(this.#gathered[index]!, piece),
      end: (usage) => this.#end(index, usage),
      get pending() {
        return isPending()
      },
      flush: () => this.#flush(),
    }
  }

  #piece(gathered: Gathered, { text, tokenIds, tokens, end }: ReplyPiece): void {
    gathered.text += text
    gathered.end = end
    if (tokenIds) gathered.ids.push(...tokenIds)
    if (tokens) gathered.tokens.push(...tokens)
  }

  #end(index: number, usage: ReplyTotals): void {
    this.#usages[index] = usage
    this.#ended += 1
    if (this.#ended < this.#plans.length) return
    const choices = this.#plans.map((plan, at) => this.#choiceOf(plan, this.#gathered[at]!))
    this.#json = this.#shape.whole(choices, usageOfAll(this.#plans, this.#usages, index))
  }

  #choiceOf(
    { reply, echo, topLogProbs: top, returnTokenIds, promptTokenIds, promptLogProbs }: GenerationPlan,
    said: Gathered,
  ): WholeChoice {
    const { finishReason, stopReason } = said.end ?? reply
    const own = echo?.isAll ? { text: '', tokens: [] } : said
    const tokens = echo ? [...echo.tokens, ...own.tokens] : own.tokens
    const isBeginning = echo !== undefined && echo.tokens.length > 0
    return {
      text: echo ? echo.text + own.text : own.text,
      ...{ finishReason, stopReason },
      ...(returnTokenIds && { tokenIds: said.ids }),
      ...(promptTokenIds && { promptTokenIds }),
      ...(promptLogProbs && { promptLogProbs: renderPromptLogProbs(promptLogProbs, reply.vocabulary) }),
      ...(top !== undefined && {
        logProbs: this.#shape.logProbs(tokens, { top, offset: 0, isBeginning, vocabulary: reply.vocabulary }),
      }),
    }
  }

  #flush(): void {
    if (this.#json !== undefined) sendJson(this.#response, this.#json)
    this.#json = undefined
  }
}
