import type { BlockScope, Corpus, Launch, Session, Trace } from '../corpus.ts'
import { roundMs } from '../milliseconds.ts'
import { type Loss, Losses } from './losses.ts'

/** The corpus as one that WEKA files can hold, and what that loses. */
export function toWeka(corpus: Corpus): { readonly corpus: Corpus; readonly losses: readonly Loss[] } {
  const losses = new Losses()
  const traces = corpus.traces.map((trace): Trace => {
    const { startMs, ...rest } = trace
    if (startMs !== undefined) losses.add('dropped', 'startMs', 'traces are recorded one by one')
    return { ...rest, sessions: trace.sessions.map((session, index) => wekaSession(trace, session, index, losses)) }
  })
  const subagentTimes = traces.some(({ sessions }) => sessions.length > 1) ? 'completion-relative' : 'none'
  const origin = corpus.origin.format === 'weka' ? corpus.origin : ({ format: 'weka', subagentTimes } as const)
  return { corpus: { ...corpus, blockScope: scopeOf(corpus), origin, traces }, losses: losses.all }
}

/** Readers of others take ids that mean something inside a trace only; so are those of traces that share none. */
function scopeOf({ blockScope, traces }: Corpus): BlockScope {
  const traceOf = new Map<number, Trace>()
  const isOwn = (trace: Trace, id: number) => {
    const first = traceOf.get(id)
    if (!first) traceOf.set(id, trace)
    return !first || first === trace
  }
  if (blockScope === 'local') return blockScope
  const areApart = traces.every((trace) =>
    trace.sessions.every(({ turns }) => turns.every(({ ownBlocks }) => ownBlocks.every((id) => isOwn(trace, id)))),
  )
  return areApart ? 'local' : blockScope
}

function wekaSession(trace: Trace, session: Session, index: number, losses: Losses): Session {
  const turns = session.turns.map(({ partialBlock, queueMs, ...turn }) => {
    if (queueMs !== undefined) losses.add('dropped', 'queueMs', 'requests have no place for it')
    if (partialBlock !== undefined) losses.add('dropped', 'partialBlock', 'only full blocks have ids')
    return turn
  })
  const { tools, launch = launchOf(trace, session, index), ...rest } = session
  if (tools) losses.add('dropped', 'tools', 'sessions have no place for them')
  if (index === 0) return { ...rest, turns }
  if (!session.launch)
    losses.add('changed', 'needs', 'what a subagent waits for, and who for it, is read from its times')
  if (launch.endMs !== undefined && !Number.isInteger(roundMs(launch.endMs - launch.startMs)))
    losses.add('changed', 'launch', 'durations are whole milliseconds')
  return { ...rest, turns, launch }
}

/** From its first request to its last reply, or without an end where no turn of its parent waits for that. */
function launchOf({ sessions }: Trace, { parent = 0, turns }: Session, index: number): Launch {
  const [first, last] = [turns[0]!, turns.at(-1)!]
  const afterTurn = sessions[parent]!.turns.findLastIndex(({ startMs }) => startMs <= first.startMs)
  const isAwaited = sessions[parent]!.turns.some(({ needs }) => needs.some(({ on }) => on.session === index))
  return {
    ...(afterTurn >= 0 && { afterTurn }),
    startMs: first.startMs,
    ...(isAwaited && { endMs: roundMs(last.startMs + (last.apiMs ?? 0)) }),
  }
}
