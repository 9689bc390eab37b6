import type { Corpus, Launch, Session, Trace } from '../corpus.ts'
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
  return { corpus: { ...corpus, origin, traces }, losses: losses.all }
}

function wekaSession(trace: Trace, session: Session, index: number, losses: Losses): Session {
  const turns = session.turns.map(({ partialBlock, queueMs, ...turn }) => {
    if (queueMs !== undefined) losses.add('dropped', 'queueMs', 'requests have no place for it')
    if (partialBlock !== undefined) losses.add('dropped', 'partialBlock', 'only full blocks have ids')
    return turn
  })
  const { tools, ...rest } = session
  if (tools) losses.add('dropped', 'tools', 'sessions have no place for them')
  if (index === 0 || session.launch) return { ...rest, turns }
  losses.add('changed', 'needs', 'what a subagent waits for, and who for it, is read from its times')
  return { ...rest, turns, launch: launchOf(trace, session, index) }
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
