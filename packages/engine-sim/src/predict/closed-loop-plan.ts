import { z } from 'zod'
import { PlannedPrompts } from '../check/planned-prompts.ts'
import { SglangPrompts } from '../check/sglang-prompts.ts'
import { quoted, StepLogError } from '../check/step-log-error.ts'
import type { EngineRequest } from '../core/engine-request.ts'

/** Who sends what after what: each lane runs its sessions in order, and a turn is sent so long after the end of the turn before. */
export interface ClosedLoopPlan {
  readonly lanes: readonly (readonly PlannedTurn[])[]
}

export interface PlannedTurn {
  readonly request: EngineRequest
  /** After the end of the turn before; of a lane's first, after the start. */
  readonly delayMs: number
}

const Loop = z.object({
  lanes: z.array(z.array(z.string())).min(1),
  sessions: z.array(
    z.object({
      id: z.string(),
      turns: z.array(z.looseObject({ delay: z.number().nonnegative(), segs: z.unknown().optional() })),
    }),
  ),
})

/**
 * The plan that a logged engine was driven with, in the form of the plans of vLLM's cases or of SGLang's, for an engine with blocks of so many tokens.
 *
 * @throws StepLogError where it is none, or names a session that it has not.
 */
export function parseClosedLoopPlan(plan: unknown, blockSize: number, file: string): ClosedLoopPlan {
  const parsed = Loop.safeParse(plan)
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    throw new StepLogError(
      `${file}: ${quoted(path.join('.'))}: ${message}; a plan has lanes of session ids, and sessions of turns with a delay in seconds`,
    )
  }
  const { lanes, sessions } = parsed.data
  const isOfSglang = sessions.some(({ turns }) => turns.some(({ segs }) => segs !== undefined))
  const Prompts = isOfSglang ? SglangPrompts : PlannedPrompts
  const prompts = new Prompts(plan, blockSize, file)
  const turnsOf = new Map(sessions.map(({ id, turns }) => [id, turns]))
  return {
    lanes: lanes.map((ids, lane) =>
      ids.flatMap((id) => {
        const turns = turnsOf.get(id)
        if (!turns) throw new StepLogError(`${file}: lanes.${lane}: there is no session ${quoted(id)}`)
        return turns.map(({ delay }, at) => ({ request: prompts.request(`${id}.${at}`)!, delayMs: delay * 1e3 }))
      }),
    ),
  }
}
