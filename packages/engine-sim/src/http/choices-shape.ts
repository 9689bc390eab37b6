import type { ReplyEnd, ReplyTotals, UsageCounts } from './reply-shape.ts'
import type { Token, Vocabulary } from './vocabulary.ts'

/** More of one choice of a reply. */
export interface ChoicePiece {
  /** Which of the choices. */
  readonly index: number
  readonly text: string
  /** Ids of the piece's tokens, where the client asked for them. */
  readonly tokenIds?: readonly number[]
  /** How likely its tokens were, where the client asked for it, as JSON. */
  readonly logProbs?: string
  /** On the last piece only. */
  readonly end?: ReplyEnd
  /** Usage so far, where the client asked for it on every chunk. */
  readonly usage?: UsageCounts
  /** The piece closes the choice's JSON: no usage chunk follows. */
  readonly last?: boolean
  /** Ids of the prompt, with the first piece, where they are told. */
  readonly promptTokenIds?: readonly number[]
}

/** One choice of a reply to a request that did not ask for a stream. */
export interface WholeChoice extends ReplyEnd {
  readonly text: string
  readonly tokenIds?: readonly number[]
  readonly promptTokenIds?: readonly number[]
  readonly logProbs?: string
  /** How likely the tokens of its prompt were, where the client asked for it, as JSON. */
  readonly promptLogProbs?: string
}

/** What is asked about tokens. */
export interface TokensAsked {
  /** How many of the likeliest stand beside each. */
  readonly top: number
  /** Characters of the choice that come before them. */
  readonly offset: number
  /** The first of them begins the prompt: it follows from nothing. */
  readonly isBeginning: boolean
  readonly vocabulary: Vocabulary
}

/**
 * How one of vLLM's routes writes replies of one or several choices: the JSON texts of its chunks, without the SSE frame, and of its whole
 * reply.
 *
 * Fields and their order are those of vLLM 0.32; what the model lacks (tools, audio) is null as it is there.
 */
export interface ChoicesShape {
  /** The chunks that go before the first token, where the route has them: one for each choice, and one with what is repeated. */
  readonly opening?: {
    choice(index: number, opening: { usage?: UsageCounts; promptTokenIds?: readonly number[] }): string
    echo(index: number, text: string, usage?: UsageCounts): string
  }
  piece(piece: ChoicePiece): string
  usageChunk(usage: ReplyTotals): string
  whole(choices: readonly WholeChoice[], usage: ReplyTotals): string
  /** How likely tokens were. */
  logProbs(tokens: readonly Token[], asked: TokensAsked): string
}
