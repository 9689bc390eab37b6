import { blocksOf } from '../../blocks-of.ts'
import type { Dependency, Session, Trace, Turn } from '../../corpus.ts'
import { roundMs } from '../../milliseconds.ts'
import { type OnLoss, sessionName, type TurnIndices } from '../../recording/session-name.ts'

export interface RowOptions {
  readonly blockSize: number
  /** Whether rows name themselves and their session; not where each is a trace that its place in time names. */
  readonly withNames: boolean
  /** The id that a block of the trace has among those of all traces. */
  idOf(trace: Trace, block: number): number
  /** One that no block has. */
  freshId(): number
  readonly onLoss: OnLoss
}

/** A turn as a Mooncake row, as JSON on one line, without a line end; with what it waits for where that is not plain. */
export function renderMooncakeRow({ trace, session: index, turn: at }: TurnIndices, options: RowOptions): string {
  const session = trace.sessions[index]!
  const turn = session.turns[at]!
  const waits = waitsOf(trace, turn, options.onLoss)
  const isPlain = waits.length === 0 || (waits.length === 1 && isBefore(waits[0]!, index, at))
  return JSON.stringify({
    ...(options.withNames && { request_id: nameOf(trace, index, at), session_id: sessionName(trace, index) }),
    timestamp: roundMs((trace.startMs ?? 0) + turn.startMs),
    input_length: turn.inputTokens,
    output_length: turn.outputTokens,
    hash_ids: idsOf(trace, session, at, options),
    ...(turn.model !== 'unknown' && { model: turn.model }),
    ...(!isPlain && { wait_for: waits.map(({ on }) => nameOf(trace, on.session, on.turn)) }),
    ...delayOf(turn, { before: session.turns[at - 1], waits, isPlain, onLoss: options.onLoss }),
  })
}

function nameOf(trace: Trace, session: number, turn: number): string {
  return `${sessionName(trace, session)}/${turn}`
}

function isBefore({ on }: Dependency, session: number, turn: number): boolean {
  return on.session === session && on.turn === turn - 1
}

/** The waits for ends. A wait for a start becomes one for the end where that came before; else the row keeps its time alone. */
function waitsOf(trace: Trace, turn: Turn, onLoss: OnLoss): Dependency[] {
  return turn.needs.flatMap((need) => {
    if (need.trigger === 'completion') return [need]
    if (need.relation === 'background') return []
    const { apiMs } = trace.sessions[need.on.session]!.turns[need.on.turn]!
    if (apiMs !== undefined && need.delayMs >= apiMs) {
      onLoss('changed', 'needs', 'a wait for the start of a request is one for its end, at the same time')
      return [{ ...need, trigger: 'completion', delayMs: roundMs(need.delayMs - apiMs) }]
    }
    onLoss('changed', 'needs', 'a request that begins beside another is sent at its recorded time')
    return []
  })
}

/** A row has one delay, after the last of what it waits for: that of the wait which ended last as recorded, the shortest. */
function delayOf(
  turn: Turn,
  {
    before,
    waits,
    isPlain,
    onLoss,
  }: { before: Turn | undefined; waits: readonly Dependency[]; isPlain: boolean; onLoss: OnLoss },
): { delay?: number } {
  const delay = waits.reduce((least, { delayMs }) => Math.min(least, delayMs), Number.POSITIVE_INFINITY)
  if (turn.thinkMs !== undefined && turn.thinkMs !== delay)
    onLoss('changed', 'thinkMs', 'the delay after what a request waits for stands in its place')
  if (waits.length === 0) return {}
  if (turn.thinkMs !== undefined) return { delay }
  const implied = isPlain && before ? Math.max(0, roundMs(turn.startMs - before.startMs)) : 0
  return delay === implied ? {} : { delay }
}

function idsOf(
  trace: Trace,
  session: Session,
  turn: number,
  { blockSize, idOf, freshId, onLoss }: RowOptions,
): number[] {
  const { inputTokens, partialBlock } = session.turns[turn]!
  const ids = Array.from(blocksOf(session, turn), (id) => idOf(trace, id))
  if (partialBlock !== undefined) return [...ids, idOf(trace, partialBlock)]
  if (inputTokens % blockSize === 0 || ids.length !== Math.floor(inputTokens / blockSize)) return ids
  onLoss('invented', 'hash_ids', 'an id for a last block that is not full')
  return [...ids, freshId()]
}
