import { z } from 'zod'
import type { EngineRequest } from '../core/engine-request.ts'
import { mixKey } from '../core/mix-key.ts'
import { scramble } from './scramble.ts'
import { quoted, StepLogError } from './step-log-error.ts'

const whole = z.int().nonnegative()

const LoggedPlan = z.object({
  token_formula: z.string(),
  sessions: z.array(
    z.object({
      id: z.string(),
      turns: z.array(
        z.object({
          in: z.int().positive(),
          out: z.int().positive(),
          segs: z.array(z.tuple([whole, whole])),
          outx: whole,
          ie: z.boolean(),
          max: z.int().positive(),
          priority: z.int().optional(),
        }),
      ),
    }),
  ),
})
type LoggedTurn = z.infer<typeof LoggedPlan>['sessions'][number]['turns'][number]

/** The one rule for token ids that is known here, with its two constants. */
const formula =
  /token k \(k=1\.\.n\) of segment \[x0,n\]: x=\(x0\+k\)>>>0; x=imul\(x\^\(x>>>16\),0x45d9f3b\)>>>0; x=imul\(x\^\(x>>>16\),0x45d9f3b\)>>>0; x=\(x\^\(x>>>16\)\)>>>0; id=(\d+)\+x%(\d+)/

/** Token that ends a text before its longest length. */
const endOfSequence = 2

/** Parent of all keys. */
const root = mixKey(0x561a, 0x46)

/**
 * The requests of a plan that SGLang was driven with, by their id, `session.turn`: content keys of the pages of prompt and output.
 *
 * @throws StepLogError when the plan is not of the form or the formula for its token ids is not known.
 */
export class SglangPrompts {
  readonly #turns = new Map<string, LoggedTurn>()
  readonly #pageSize: number
  readonly #firstId: number
  readonly #words: number

  constructor(plan: unknown, pageSize: number, file: string) {
    const parsed = LoggedPlan.safeParse(plan)
    if (!parsed.success) {
      const { path, message } = parsed.error.issues[0]!
      throw new StepLogError(
        `${file}: ${quoted(path.join('.'))}: ${message}; a plan has token_formula and sessions of turns {in, out, segs, outx, ie, max}`,
      )
    }
    const match = formula.exec(parsed.data.token_formula)
    if (!match) {
      throw new StepLogError(
        `${file}: token_formula is not known here: ${quoted(parsed.data.token_formula)}; write it as in the plans of ../shared/data/sglang`,
      )
    }
    this.#pageSize = pageSize
    this.#firstId = Number(match[1])
    this.#words = Math.max(1, Number(match[2]))
    for (const { id, turns } of parsed.data.sessions) {
      for (const [at, turn] of turns.entries()) this.#turns.set(`${id}.${at}`, turn)
    }
  }

  /** The request as the engine sees it; undefined when the plan has none of that id. */
  request(id: string): EngineRequest | undefined {
    const turn = this.#turns.get(id)
    if (!turn) return undefined
    const { in: promptTokens, out: outputTokens, max: maxTokens, ie: ignoresEos, priority = 0 } = turn
    const finishReason = ignoresEos || maxTokens <= outputTokens ? 'length' : 'stop'
    const ends = { outputTokens, maxTokens, ignoresEos, finishReason } as const
    return { id, promptTokens, ...ends, priority, blockKeys: this.#keysOf(turn) }
  }

  #keysOf(turn: LoggedTurn): Float64Array {
    const size = this.#pageSize
    const keys = new Float64Array(Math.floor((turn.in + turn.out) / size))
    let key = root
    let count = 0
    for (const token of this.#tokensOf(turn)) {
      key = mixKey(key, token)
      count += 1
      if (count % size === 0 && count / size <= keys.length) keys[count / size - 1] = key
    }
    return keys
  }

  *#tokensOf({ segs, outx, out, ie, max }: LoggedTurn): Generator<number> {
    for (const [start, count] of segs) for (let at = 1; at <= count; at += 1) yield this.#tokenAt(start, at)
    const endsEarly = !ie && max > out
    for (let at = 1; at <= out; at += 1) yield endsEarly && at === out ? endOfSequence : this.#tokenAt(outx, at)
  }

  #tokenAt(start: number, at: number): number {
    return this.#firstId + (scramble(start + at) % this.#words)
  }
}
