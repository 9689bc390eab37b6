import type { Play } from '../plan/play.ts'
import type { PlannedRequest } from '../port/target.ts'
import { renderAddress, type TurnAddress } from '../record/turn-address.ts'

/** The request that a turn of a play is sent as. `outputTokens`: instead of those that are planned. */
export function requestOf(
  { tree, lane, play }: Pick<Play, 'tree' | 'lane' | 'play'>,
  { sessionIndex, turn, again }: Pick<TurnAddress, 'sessionIndex' | 'turn' | 'again'>,
  {
    phase,
    prompt,
    outputTokens,
  }: Pick<PlannedRequest, 'phase' | 'prompt'> & { readonly outputTokens?: number | undefined },
): PlannedRequest {
  const { parent, turns } = tree.sessions[sessionIndex]!
  const planned = turns[turn]!
  return {
    id: renderAddress({ lane, play, sessionIndex, turn, ...(again !== undefined && { again }) }),
    phase,
    lane,
    play,
    traceId: tree.traceId,
    traceIndex: tree.trace,
    sessionIndex,
    ...(parent !== undefined && { parentSession: parent }),
    turn,
    inputTokens: planned.inputTokens,
    outputTokens: outputTokens ?? planned.outputTokens,
    prompt,
  }
}
