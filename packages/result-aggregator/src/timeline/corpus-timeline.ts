import type { Corpus, Session, Trace, Turn } from '@reprise/trace'
import type { TimelineRequest, TimelineSource, TimelineTool } from './timeline-source.ts'

/** Recorded traces as they were recorded. Traces that were recorded one by one all begin at once. */
export function corpusTimeline({ traces, blockSize }: Corpus, name: string): TimelineSource {
  const sessions: { name: string }[] = []
  const requests: TimelineRequest[] = []
  const tools: TimelineTool[] = []
  for (const trace of traces) {
    const first = sessions.length
    const originMs = trace.startMs ?? 0
    for (const [index, session] of trace.sessions.entries()) {
      sessions.push({ name: session.id === trace.id ? trace.id : `${trace.id} / ${session.id}` })
      const hits = hitsOf(session, blockSize)
      for (const [turn, own] of session.turns.entries()) {
        const id = idOf(first + index, turn)
        requests.push(
          requestOf(own, { id, session: first + index, originMs, hitTokens: hits[turn]!, trace, first, index, turn }),
        )
      }
      for (const { startMs, endMs, name: tool, failed = false } of session.tools ?? []) {
        tools.push({
          ...{ name: tool, session: first + index, failed },
          ...(startMs !== undefined && { startMs: originMs + startMs }),
          ...(endMs !== undefined && { endMs: originMs + endMs }),
        })
      }
    }
  }
  return { name, sessions, requests, tools, phases: [] }
}

interface Place {
  readonly id: string
  readonly session: number
  readonly originMs: number
  readonly hitTokens: number
  readonly trace: Trace
  /** Index of the trace's first session among those of all. */
  readonly first: number
  readonly index: number
  readonly turn: number
}

function requestOf(own: Turn, { id, session, originMs, hitTokens, trace, first, index, turn }: Place): TimelineRequest {
  const { apiMs, ttftMs, queueMs, inputTokens, outputTokens, model, stopReason } = own
  const startMs = originMs + own.startMs
  const endMs = apiMs === undefined ? undefined : startMs + apiMs
  const firstTokenMs =
    ttftMs === undefined ? undefined : startMs + (endMs === undefined ? ttftMs : Math.min(ttftMs, apiMs!))
  return {
    ...{ id, session, name: model, startMs, sentMs: startMs, inputTokens, hitTokens },
    ...(endMs !== undefined && { endMs }),
    ...(firstTokenMs !== undefined && { firstTokenMs }),
    stages: stagesOf(startMs, { queueMs, firstTokenMs, endMs }),
    waitsFor: own.needs.flatMap(({ on, relation, trigger }) =>
      relation === 'sequence' ? [] : [{ id: idOf(first + on.session, on.turn), relation, trigger }],
    ),
    gapName: gapName(own, trace.sessions[index]!.turns[turn + 1]),
    facts: {
      ...{ trace: trace.id, session: trace.sessions[index]!.id, turn, inputTokens, outputTokens },
      ...(stopReason !== undefined && { stopReason }),
      ...(apiMs === undefined && { durationKnown: false }),
    },
  }
}

function stagesOf(
  startMs: number,
  times: { queueMs: number | undefined; firstTokenMs: number | undefined; endMs: number | undefined },
): Required<{ name: string; startMs: number; endMs: number }>[] {
  const { queueMs, firstTokenMs, endMs } = times
  if (firstTokenMs === undefined) return []
  const decode = endMs === undefined ? [] : [{ name: 'decode', startMs: firstTokenMs, endMs }]
  if (queueMs === undefined) return [{ name: 'queue and prefill', startMs, endMs: firstTokenMs }, ...decode]
  const prefillMs = Math.min(startMs + queueMs, firstTokenMs)
  return [
    { name: 'queue', startMs, endMs: prefillMs },
    { name: 'prefill', startMs: prefillMs, endMs: firstTokenMs },
    ...decode,
  ]
}

function gapName({ stopReason, outputKinds }: Turn, next: Turn | undefined): string {
  if (next?.needs.some(({ relation }) => relation === 'join')) return 'subagents'
  const callsTools = outputKinds.includes('tool_use') || stopReason === 'tool_use' || stopReason === 'tool_calls'
  return callsTools || next?.inputKinds.includes('tool_result') ? 'tools' : 'think'
}

/** What a session's own earlier turns left in a cache that never forgets. */
function hitsOf({ turns }: Session, blockSize: number): number[] {
  return turns.map(({ sharedBlocks, inputTokens }) => Math.min(sharedBlocks * blockSize, inputTokens))
}

function idOf(session: number, turn: number): string {
  return `${session}.${turn}`
}
