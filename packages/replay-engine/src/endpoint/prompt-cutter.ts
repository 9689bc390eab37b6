import type { Corpus } from '@reprise/trace'
import { type Segment, Segmenter } from '../content/segments.ts'
import type { TemplateOverhead } from '../content/template-overhead.ts'
import type { PlannedRequest } from '../port/target.ts'
import type { Api } from './api-form.ts'
import type { ReplyUse } from './live-replies.ts'

/** How planned prompts are cut into messages, and how large they get. */
export interface PromptCuts {
  readonly blockSize: number
  /** Of a body that is to be expected. */
  readonly largestBodyBytes: number
  /** The messages of a request. */
  segmentsOf(request: PlannedRequest): readonly Segment[]
  /** What later prompts want of its reply; asked where these have the server's own. */
  replyUseOf(request: PlannedRequest): ReplyUse
}

export interface CutterOptions {
  /** The one that the plan was made from. */
  readonly corpus: Corpus
  /** What the chat template adds. */
  readonly overhead: TemplateOverhead
  /** Default: chat completions. */
  readonly api?: Api
  /** False: the template refuses a system message, and its words go to the user's. Default true. */
  readonly systemRole?: boolean
  /** Later prompts have the server's own replies, and a text without roles is cut at these too. */
  readonly assistant?: Assistant
}

/** `canned`: prompts have words where the recording has replies; `live`: what the server replied. */
export const ASSISTANTS = ['canned', 'live'] as const
export type Assistant = (typeof ASSISTANTS)[number]

/** Cuts the prompts of a corpus. */
export class PromptCutter implements PromptCuts {
  readonly blockSize: number
  readonly largestBodyBytes: number
  readonly #corpus: Corpus
  readonly #isCut: boolean
  readonly #hasSystem: boolean
  readonly #segmenter: Segmenter

  constructor({ corpus, overhead, api = 'chat', systemRole = true, assistant = 'canned' }: CutterOptions) {
    this.blockSize = corpus.blockSize
    this.largestBodyBytes = largestBodyBytes(corpus)
    this.#corpus = corpus
    const hasRoles = api !== 'completions'
    this.#isCut = hasRoles || assistant === 'live'
    this.#hasSystem = hasRoles && systemRole
    this.#segmenter = new Segmenter({ blockSize: corpus.blockSize, overhead })
  }

  /** @throws RangeError when the corpus has no such turn, or one of another length. */
  segmentsOf({ id, traceIndex, sessionIndex, turn, prompt }: PlannedRequest): readonly Segment[] {
    const found = this.#corpus.traces[traceIndex]?.sessions[sessionIndex]
    if (!found) throw new RangeError(`request ${id} is of a session that the corpus does not have`)
    const { blocks, tailTokens } = prompt
    if (!this.#isCut) return [{ role: 'user', blockStart: 0, blockCount: blocks.length, tailTokens }]
    const segments = this.#segmenter.segmentsOf(found, turn)
    const last = segments.at(-1)
    if (last && last.blockStart + last.blockCount !== blocks.length) {
      throw new RangeError(`request ${id} has other blocks than its turn in the corpus`)
    }
    return this.#hasSystem ? segments : withoutSystem(segments)
  }

  replyUseOf({ traceIndex, sessionIndex, turn, outputTokens }: PlannedRequest): ReplyUse {
    const turns = this.#corpus.traces[traceIndex]?.sessions[sessionIndex]?.turns ?? []
    const isLast = turn >= turns.length - 1
    return { isLast, isKept: !isLast && outputTokens >= Math.max(1, turns[turn]?.outputTokens ?? 1) }
  }
}

/** About as much as the longest prompt of the corpus takes, and at most 16 MiB: words and their spaces have six letters on average. */
function largestBodyBytes({ traces }: Corpus): number {
  let tokens = 0
  for (const { sessions } of traces)
    for (const { turns } of sessions) for (const { inputTokens } of turns) tokens = Math.max(tokens, inputTokens)
  return Math.min(7 * tokens, 16 * 1024 * 1024)
}

function withoutSystem(segments: readonly Segment[]): readonly Segment[] {
  const [system, user, ...rest] = segments
  if (system?.role !== 'system' || !user) return segments
  return [{ ...user, blockStart: 0, blockCount: system.blockCount + user.blockCount }, ...rest]
}
