import type { Corpus } from '../corpus.ts'
import { EndRenderer } from '../formats/dynamo/render.ts'
import type { BlockHashes } from '../recording/hash-numbers.ts'
import type { TurnIndices } from '../recording/session-name.ts'
import { turnsInTime } from '../recording/turns-in-time.ts'
import { countChangedEdges, launchesOf } from './dynamo-launches.ts'
import { type Loss, Losses } from './losses.ts'
import { idsOver } from './whole-corpus.ts'

/**
 * The corpus as the lines of one shard of Dynamo's request trace, the ends of requests in the order of their times, and what that loses. With the
 * hashes that its block ids stood for these are written again bit for bit.
 */
export function toDynamo(
  corpus: Corpus,
  { hashes }: { readonly hashes?: BlockHashes } = {},
): { readonly lines: Generator<string>; losses(): readonly Loss[] } {
  const losses = new Losses()
  const renderer = new EndRenderer({
    blockSize: corpus.blockSize,
    ...(hashes && { hashes }),
    ...idsOver(corpus),
    onLoss: (...loss) => losses.add(...loss),
  })
  function* lines(): Generator<string> {
    for (const turn of turnsInTime(corpus.traces)) {
      countLost(turn, losses)
      if (corpus.origin.format === 'dynamo') countOwn(losses)
      yield renderer.render(turn)
      if (turn.turn > 0) continue
      yield* renderer.renderTools(turn.trace, turn.session)
      if (turn.session > 0) continue
      // All of its subagents are told once their parents are.
      const launches = launchesOf(turn.trace)
      for (const [session, launch] of launches) yield renderer.renderLaunch(turn.trace, session, launch)
      countChangedEdges(turn.trace, launches, losses)
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
  if (index === 0 && trace.startMs === undefined)
    losses.add('invented', 'startMs', 'traces recorded one by one all begin at once')
}

/** Of rows that were Dynamo's before. */
function countOwn(losses: Losses): void {
  losses.add('changed', 'request_id', 'requests are named by session and turn')
  losses.add('dropped', 'kv_hit_rate, worker and the like', 'they say what a server did with a request')
}
