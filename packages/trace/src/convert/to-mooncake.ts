import type { Corpus } from '../corpus.ts'
import { renderMooncakeRow } from '../formats/mooncake/render.ts'
import { TraceError } from '../problem.ts'
import type { TurnIndices } from '../recording/session-name.ts'
import { turnsInTime } from '../recording/turns-in-time.ts'
import type { Loss } from './losses.ts'
import { Losses } from './losses.ts'
import { idsOver } from './whole-corpus.ts'

const readableSizes = [8, 16, 32, 64, 128, 256, 512, 1024, 2048]

/**
 * The corpus as the lines of one Mooncake file, in the order of their times, and what that loses.
 *
 * @throws TraceError for a block size that no reader could find again.
 */
export function toMooncake(corpus: Corpus): { readonly lines: Generator<string>; losses(): readonly Loss[] } {
  if (!readableSizes.includes(corpus.blockSize)) {
    const sizes = readableSizes.join(', ')
    throw new TraceError(
      `blocks of ${corpus.blockSize} tokens: rows do not say their block size, and readers find only ${sizes}`,
    )
  }
  const losses = new Losses()
  const ids = idsOver(corpus)
  const withNames = !corpus.traces.every(
    ({ id, sessions }) => /^request_\d+$/.test(id) && sessions.length === 1 && sessions[0]!.turns.length === 1,
  )
  function* lines(): Generator<string> {
    for (const turn of turnsInTime(corpus.traces)) {
      countDropped(turn, losses)
      yield renderMooncakeRow(turn, {
        blockSize: corpus.blockSize,
        withNames,
        ...ids,
        onLoss: (...loss) => losses.add(...loss),
      })
    }
  }
  return { lines: lines(), losses: () => losses.all }
}

const perTurn = ['apiMs', 'ttftMs', 'queueMs', 'cachedTokens', 'stopReason'] as const

function countDropped({ trace, session: index, turn: at }: TurnIndices, losses: Losses): void {
  const session = trace.sessions[index]!
  const turn = session.turns[at]!
  for (const field of perTurn) if (turn[field] !== undefined) losses.add('dropped', field, 'rows have no place for it')
  if (turn.replyBlocks) losses.add('dropped', 'replyBlocks', 'only prompts have ids')
  if (turn.inputKinds.length + turn.outputKinds.length > 0)
    losses.add('dropped', 'inputKinds, outputKinds', 'rows have no place for them')
  if (at > 0) return
  if (session.toolTokens + session.systemTokens > 0)
    losses.add('dropped', 'toolTokens, systemTokens', 'rows have no place for them')
  if (session.tools) losses.add('dropped', 'tools', 'rows have no place for them')
  if (session.agentType !== undefined) losses.add('dropped', 'agentType', 'rows have no place for it')
}
