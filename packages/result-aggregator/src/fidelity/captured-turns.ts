import type { Corpus, Dependency } from '@reprise/trace'
import { sessionKey, type TurnPlace, turnKey } from './turn-name.ts'

/** A request as it was captured. */
export interface CapturedTurn extends TurnPlace {
  /** On one clock for all traces, from the first request of them or, without `fromFirst`, from the beginning of the recording. */
  readonly startMs: number
  /** Absent where its server time is not recorded. */
  readonly endMs?: number
  readonly ttftMs?: number
  /** Of its input, as the captured server told it. */
  readonly cachedTokens?: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly needs: readonly { readonly key: string; readonly trigger: Dependency['trigger'] }[]
}

/** What was captured, by turn and by session, in the order of the traces. */
export interface Captured {
  readonly turns: ReadonlyMap<string, CapturedTurn>
  /** The turns of each session. */
  readonly sessions: ReadonlyMap<string, readonly CapturedTurn[]>
}

export function capturedTurns({ traces }: Corpus, { fromFirst = true } = {}): Captured {
  const turns = new Map<string, CapturedTurn>()
  const sessions = new Map<string, CapturedTurn[]>()
  const originMs = fromFirst ? firstMs(traces) : 0
  for (const { id: trace, startMs: traceMs = 0, sessions: own } of traces) {
    for (const { id: session, turns: captured } of own) {
      const list = captured.map((each, turn): CapturedTurn => {
        const startMs = traceMs + each.startMs - originMs
        return {
          ...{ trace, session, turn, startMs },
          ...(each.apiMs !== undefined && { endMs: startMs + each.apiMs }),
          ...(each.ttftMs !== undefined && { ttftMs: each.ttftMs }),
          ...(each.cachedTokens !== undefined && { cachedTokens: each.cachedTokens }),
          // As they are planned: a request has at least a word to say and a token to ask for.
          ...{ inputTokens: Math.max(1, each.inputTokens), outputTokens: Math.max(1, each.outputTokens) },
          needs: each.needs.map(({ on, trigger }) => ({
            key: turnKey({ trace, session: own[on.session]!.id, turn: on.turn }),
            trigger,
          })),
        }
      })
      sessions.set(sessionKey({ trace, session }), list)
      for (const each of list) turns.set(turnKey(each), each)
    }
  }
  return { turns, sessions }
}

function firstMs(traces: Corpus['traces']): number {
  let first = Number.POSITIVE_INFINITY
  for (const { startMs = 0, sessions } of traces)
    for (const { turns } of sessions) first = Math.min(first, startMs + (turns[0]?.startMs ?? Number.POSITIVE_INFINITY))
  return Number.isFinite(first) ? first : 0
}
