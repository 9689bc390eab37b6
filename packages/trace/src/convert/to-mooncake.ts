import type { Corpus, Trace } from '../corpus.ts'
import { type RenderedTurn, renderMooncakeRow } from '../formats/mooncake/render.ts'
import { TraceError } from '../problem.ts'
import type { Loss } from './losses.ts'
import { Losses } from './losses.ts'

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

/** A file has one space of ids, so those that mean something inside a trace only are numbered over all traces. */
function idsOver({ blockScope, traces }: Corpus): { idOf(trace: Trace, block: number): number; freshId(): number } {
  let next = 0
  if (blockScope === 'global') {
    for (const id of allIds(traces)) next = Math.max(next, id + 1)
    return { idOf: (_, block) => block, freshId: () => next++ }
  }
  const byTrace = new Map<Trace, Map<number, number>>()
  const idOf = (trace: Trace, block: number): number => {
    const numbers = byTrace.get(trace) ?? new Map<number, number>()
    byTrace.set(trace, numbers)
    const known = numbers.get(block)
    if (known !== undefined) return known
    numbers.set(block, next)
    return next++
  }
  return { idOf, freshId: () => next++ }
}

function* allIds(traces: readonly Trace[]): Generator<number> {
  for (const { sessions } of traces) {
    for (const { turns } of sessions) {
      for (const { ownBlocks, partialBlock } of turns) {
        yield* ownBlocks
        if (partialBlock !== undefined) yield partialBlock
      }
    }
  }
}

/** Turns of a session stay in their order, whatever their times say. */
function turnsInTime(traces: readonly Trace[]): RenderedTurn[] {
  const all = traces.flatMap((trace) =>
    trace.sessions.flatMap(({ turns }, session) => {
      let latest = 0
      return turns.map(({ startMs }, turn) => {
        latest = Math.max(latest, (trace.startMs ?? 0) + startMs)
        return { trace, session, turn, atMs: latest }
      })
    }),
  )
  return all.sort((a, b) => a.atMs - b.atMs)
}

const perTurn = ['apiMs', 'ttftMs', 'stopReason'] as const

function countDropped({ trace, session: index, turn: at }: RenderedTurn, losses: Losses): void {
  const session = trace.sessions[index]!
  const turn = session.turns[at]!
  for (const field of perTurn) if (turn[field] !== undefined) losses.add('dropped', field, 'rows have no place for it')
  if (turn.inputKinds.length + turn.outputKinds.length > 0)
    losses.add('dropped', 'inputKinds, outputKinds', 'rows have no place for them')
  if (at > 0) return
  if (session.toolTokens + session.systemTokens > 0)
    losses.add('dropped', 'toolTokens, systemTokens', 'rows have no place for them')
  if (session.agentType !== undefined) losses.add('dropped', 'agentType', 'rows have no place for it')
}
