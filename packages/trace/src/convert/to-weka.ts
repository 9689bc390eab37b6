import type { BlockScope, Corpus, Launch, Session, SubagentTimeBasis, Trace } from '../corpus.ts'
import type { KnownLaunch } from '../edges/timed-session.ts'
import { readableBasis } from '../formats/weka/readable-basis.ts'
import { linkSessions } from '../link-sessions.ts'
import { roundMs } from '../milliseconds.ts'
import { launchesOf } from './dynamo-launches.ts'
import { type Loss, Losses } from './losses.ts'

/** The corpus as one that WEKA files can hold, and what that loses. */
export function toWeka(corpus: Corpus): { readonly corpus: Corpus; readonly losses: readonly Loss[] } {
  const losses = new Losses()
  const bare = corpus.traces.map((trace) => bareTrace(trace, losses))
  const subagentTimes = basisFor(corpus, bare, losses)
  const traces = bare.map((trace, index) => {
    const read = linkSessions(trace.sessions, { basis: subagentTimes === 'none' ? 'start-absolute' : subagentTimes })
    countChanged(corpus.traces[index]!, read, losses)
    return trace
  })
  return {
    corpus: { ...corpus, blockScope: scopeOf(corpus), origin: { format: 'weka', subagentTimes }, traces },
    losses: losses.all,
  }
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

function bareTrace({ startMs, ...trace }: Trace, losses: Losses): Trace {
  if (startMs !== undefined) losses.add('dropped', 'startMs', 'traces are recorded one by one')
  const launches = launchesOf(trace)
  return {
    ...trace,
    sessions: trace.sessions.map((session, index) => wekaSession(trace, session, launches.get(index), losses)),
  }
}

function wekaSession(trace: Trace, session: Session, known: KnownLaunch | undefined, losses: Losses): Session {
  const turns = session.turns.map(({ partialBlock, queueMs, cachedTokens, replyBlocks, ...turn }) => {
    if (cachedTokens !== undefined) losses.add('dropped', 'cachedTokens', 'requests have no place for it')
    if (queueMs !== undefined) losses.add('dropped', 'queueMs', 'requests have no place for it')
    if (partialBlock !== undefined) losses.add('dropped', 'partialBlock', 'only full blocks have ids')
    if (replyBlocks) losses.add('dropped', 'replyBlocks', 'only prompts have ids')
    return turn
  })
  const { tools, launch = launchOf(trace, session, known), ...rest } = session
  if (tools) losses.add('dropped', 'tools', 'sessions have no place for them')
  if (session.parent === undefined) return { ...rest, turns }
  if (launch.endMs !== undefined && !Number.isInteger(roundMs(launch.endMs - launch.startMs)))
    losses.add('changed', 'launch', 'durations are whole milliseconds')
  return { ...rest, turns, launch }
}

/** From its first request to its last reply, or without an end where no turn of its parent waits for that. */
function launchOf({ sessions }: Trace, { parent = 0, turns }: Session, known: KnownLaunch | undefined): Launch {
  const [first, ...others] = turns
  const before = sessions[parent]!.turns.findLastIndex(({ startMs }) => startMs <= first!.startMs)
  const afterTurn = known?.from ?? before
  const ends = [first!, ...others].map(({ startMs, apiMs = 0 }) => startMs + apiMs)
  return {
    ...(afterTurn >= 0 && { afterTurn }),
    startMs: first!.startMs,
    ...(known?.joinedBy !== undefined && { endMs: roundMs(Math.max(...ends)) }),
  }
}

/** Traces that were WEKA's keep theirs; others are written so that they are read again without being told how, where that can be. */
function basisFor({ origin }: Corpus, traces: readonly Trace[], losses: Losses): SubagentTimeBasis | 'none' {
  if (origin.format === 'weka' && origin.subagentTimes !== 'none') return origin.subagentTimes
  if (!traces.some(({ sessions }) => sessions.length > 1)) return 'none'
  const basis = readableBasis(traces)
  if (basis !== undefined) return basis
  const why =
    'so few and short subagents fit several readings of their times: read them with --subagent-times completion-relative'
  losses.add('changed', 'launch', why)
  return 'completion-relative'
}

/** Counts the turns that a reader of the files lets wait for something else, or for another time. */
function countChanged(trace: Trace, read: readonly Session[], losses: Losses): void {
  for (const [session, { turns }] of trace.sessions.entries()) {
    for (const [turn, { needs }] of turns.entries()) {
      const other = read[session]!.turns[turn]!.needs
      const words = (all: typeof needs) => all.map(({ on, trigger }) => `${on.session}.${on.turn} ${trigger}`).sort()
      if (words(needs).join() !== words(other).join())
        losses.add('changed', 'needs', 'what a subagent waits for, and who for it, is read from its times')
      else if (
        needs.some(
          ({ on, delayMs }) => !other.some((each) => isOn(each.on, on) && Math.abs(each.delayMs - delayMs) < 1),
        )
      )
        losses.add('changed', 'needs', 'delays follow from the recorded times')
    }
  }
}

function isOn(a: Readonly<{ session: number; turn: number }>, b: typeof a): boolean {
  return a.session === b.session && a.turn === b.turn
}
