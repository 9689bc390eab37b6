import { z } from 'zod'
import type { EngineRequest } from '../core/engine-request.ts'
import { mixKey } from '../core/mix-key.ts'
import { scramble } from './scramble.ts'
import { quoted, StepLogError } from './step-log-error.ts'

const whole = z.int().nonnegative()

const LoggedPlan = z.object({
  block_size: z.int().positive(),
  token_formula: z.string().optional(),
  sessions: z.array(
    z.object({
      id: z.string(),
      turns: z.array(
        z.object({
          in: z.int().positive(),
          out: z.int().positive(),
          /** Most output tokens that were asked for; the output ends by itself where it is shorter. */
          max: z.int().positive().optional(),
          blocks: z.array(z.tuple([whole, whole])),
          tail: whole,
          /** Lower goes first, where the engine goes by it. */
          priority: z.int().optional(),
        }),
      ),
    }),
  ),
})
type LoggedPlan = z.infer<typeof LoggedPlan>
type LoggedTurn = LoggedPlan['sessions'][number]['turns'][number]

/** The only way known here to make token ids of (block, position); its three numbers may differ. */
const formula =
  /^x=\(block\*(\d+)\+j\+1\)>>>0; x=imul\(x\^\(x>>>16\),0x45d9f3b\); x=imul\(x\^\(x>>>16\),0x45d9f3b\); x=\(x\^\(x>>>16\)\)>>>0; word=x%(\d+); token id=(\d+)\+word/

/** First parent of every chain of block keys. */
const root = mixKey(1, 1)

/**
 * The requests of a logged run's plan by their id, `session.turn`: their token ids, and the content keys that follow from them for the
 * engine's block size, whatever the plan's own is.
 *
 * @throws StepLogError when the plan is not of the form or the formula for its token ids is not known.
 */
export class PlannedPrompts {
  readonly #turns = new Map<string, LoggedTurn>()
  readonly #plan: LoggedPlan
  readonly #stride: number
  readonly #words: number
  readonly #blockSize: number
  readonly #keyLookahead: number

  /** `keyLookahead`: tokens behind a block that its key covers. */
  constructor(plan: unknown, blockSize: number, file: string, keyLookahead = 0) {
    this.#plan = parsePlan(plan, file)
    this.#blockSize = blockSize
    this.#keyLookahead = keyLookahead
    const text = this.#plan.token_formula
    const match = text === undefined ? undefined : formula.exec(text)
    if (text !== undefined && !match) {
      throw new StepLogError(
        `${file}: token_formula is not known here: ${quoted(text)}; write it as in the plans of ../shared/data/vllm`,
      )
    }
    this.#stride = match ? Number(match[1]) : this.#plan.block_size
    this.#words = match ? Math.max(1, Number(match[2])) : 4096
    for (const [at, { id, turns }] of this.#plan.sessions.entries()) {
      for (const [index, turn] of turns.entries()) {
        this.#turns.set(`${id}.${index}`, { ...turn, priority: turn.priority ?? priorityOf(at, index) })
      }
    }
  }

  /** The request as the engine sees it; undefined when the plan has none of that id. */
  request(id: string): EngineRequest | undefined {
    const turn = this.#turns.get(id)
    if (!turn) return undefined
    const blockKeys = this.#keysOf(turn)
    const { in: promptTokens, out: outputTokens, max: maxTokens = outputTokens, priority = 0 } = turn
    return { id, promptTokens, blockKeys, outputTokens, maxTokens, priority, finishReason: 'length' }
  }

  #keysOf(turn: LoggedTurn): Float64Array {
    const size = this.#blockSize
    const lookahead = this.#keyLookahead
    const keys = new Float64Array(Math.floor((turn.in - lookahead) / size))
    let key = root
    for (let at = 0; at < keys.length; at += 1) {
      const end = (at + 1) * size
      for (let token = at * size; token < end + lookahead; token += 1) key = mixKey(key, this.#tokenAt(turn, token))
      keys[at] = key
    }
    return keys
  }

  #tokenAt(turn: LoggedTurn, token: number): number {
    const size = this.#plan.block_size
    let index = Math.floor(token / size)
    for (const [start, count] of turn.blocks) {
      if (index < count) return this.#tokenOf(start + index, token % size)
      index -= count
    }
    return this.#tokenOf(turn.tail, token - size * turn.blocks.reduce((sum, [, count]) => sum + count, 0))
  }

  #tokenOf(block: number, position: number): number {
    return scramble(block * this.#stride + position + 1) % this.#words
  }
}

function parsePlan(plan: unknown, file: string): LoggedPlan {
  const parsed = LoggedPlan.safeParse(plan)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new StepLogError(
    `${file}: ${quoted(issue?.path.join('.') ?? '')}: ${issue?.message}; a plan has block_size and sessions of turns {in, out, blocks, tail}`,
  )
}

/** What requests are sent with where the plan does not say it. Source: ../shared/data/vllm/README.md, vLLM 0.33.0. */
function priorityOf(session: number, turn: number): number {
  return (7 * session + turn) % 3
}
