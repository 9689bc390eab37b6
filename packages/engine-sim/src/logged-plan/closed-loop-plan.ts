import { z } from 'zod'
import { PlannedPrompts } from '../check/planned-prompts.ts'
import { SglangPrompts } from '../check/sglang-prompts.ts'
import { quoted, StepLogError } from '../check/step-log-error.ts'
import type { EngineConfig } from '../core/engine-config.ts'
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
 * The plan that a logged engine was driven with, in the form of the plans of vLLM's cases or of SGLang's, for the engine that is to be played against.
 *
 * @throws StepLogError where it is none, names a session that it has not, or has a prompt that does not fit the engine.
 */
export function parseClosedLoopPlan(
  plan: unknown,
  { blockSize, maxModelLen }: Pick<EngineConfig['scheduler'], 'blockSize' | 'maxModelLen'>,
  file: string,
): ClosedLoopPlan {
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
        return turns.map(({ delay }, at) => {
          const request = prompts.request(`${id}.${at}`)!
          if (request.promptTokens < maxModelLen) return { request, delayMs: delay * 1e3 }
          throw new StepLogError(
            `${file}: ${quoted(request.id)} has ${request.promptTokens} input tokens, and the engine a context of ${maxModelLen}; give the engine that the plan was made for`,
          )
        })
      }),
    ),
  }
}
