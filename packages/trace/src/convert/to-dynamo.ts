import type { Corpus } from '../corpus.ts'
import { EndRenderer } from '../formats/dynamo/render.ts'
import type { TurnIndices } from '../recording/session-name.ts'
import { turnsInTime } from '../recording/turns-in-time.ts'
import { type Loss, Losses } from './losses.ts'
import { idsOver } from './whole-corpus.ts'

/** The corpus as the lines of one shard of Dynamo's request trace, the ends of requests in the order of their times, and what that loses. */
export function toDynamo(corpus: Corpus): { readonly lines: Generator<string>; losses(): readonly Loss[] } {
  const losses = new Losses()
  const renderer = new EndRenderer({
    blockSize: corpus.blockSize,
    ...idsOver(corpus),
    onLoss: (...loss) => losses.add(...loss),
  })
  function* lines(): Generator<string> {
    for (const turn of turnsInTime(corpus.traces)) {
      countLost(turn, losses)
      yield renderer.render(turn)
      if (turn.turn === 0) yield* renderer.renderTools(turn.trace, turn.session)
    }
  }
  return { lines: lines(), losses: () => losses.all }
}

function countLost({ trace, session: index, turn: at }: TurnIndices, losses: Losses): void {
  const session = trace.sessions[index]!
  const turn = session.turns[at]!
  if (turn.thinkMs !== undefined) losses.add('changed', 'thinkMs', 'the gap between the times stands in its place')
  if (turn.inputKinds.length + turn.outputKinds.length > 0)
    losses.add('dropped', 'inputKinds, outputKinds', 'rows have no place for them')
  if (at > 0) return
  if (session.toolTokens + session.systemTokens > 0)
    losses.add('dropped', 'toolTokens, systemTokens', 'rows have no place for them')
  if (session.agentType !== undefined) losses.add('dropped', 'agentType', 'rows have no place for it')
  if (index > 0) losses.add('changed', 'needs', 'what a subagent waits for, and who for it, is read from its times')
  else if (trace.startMs === undefined)
    losses.add('invented', 'startMs', 'traces recorded one by one all begin at once')
}
