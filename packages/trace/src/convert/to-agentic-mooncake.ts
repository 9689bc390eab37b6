import { blocksOf } from '../blocks-of.ts'
import type { Corpus, Dependency, Session, Trace } from '../corpus.ts'
import { roundMs } from '../milliseconds.ts'
import { sessionName } from '../recording/session-name.ts'
import { turnsInTime } from '../recording/turns-in-time.ts'
import { type Loss, Losses } from './losses.ts'
import { idsOver } from './whole-corpus.ts'

/**
 * The corpus as the lines of one Agentic Mooncake file of the second version, in the order of their times, and what that loses: every wait is
 * told, with its trigger and its delay.
 */
export function toAgenticMooncake(corpus: Corpus): { readonly lines: Generator<string>; losses(): readonly Loss[] } {
  const losses = new Losses()
  function* lines(): Generator<string> {
    const { blockSize, origin, digest } = corpus
    yield JSON.stringify({
      ...{ schema: 'dynamo.agentic_mooncake', version: 2, block_size: blockSize, hash_id_scope: 'local' },
      source: { format: origin.format, digest },
    })
    if (sharesAcross(corpus)) losses.add('dropped', 'hash_ids', 'what traces share with one another')
    // Dynamo 1.6 takes equal ids of two traces for equal blocks, whatever the header says.
    const ids = idsOver(corpus)
    for (const { trace, session, turn } of turnsInTime(corpus.traces)) {
      countDropped(trace.sessions[session]!, turn, losses)
      const row = rowOf(trace, session, turn)
      const hash_ids = idsOf(trace, trace.sessions[session]!, turn, { blockSize, ...ids, losses })
      yield JSON.stringify({ ...row, hash_ids })
    }
  }
  return { lines: lines(), losses: () => losses.all }
}

function rowOf(trace: Trace, index: number, at: number): object {
  const { inputTokens, outputTokens, model, apiMs, startMs, needs } = trace.sessions[index]!.turns[at]!
  return {
    request_id: nameOf(trace, { session: index, turn: at }),
    play_id: trace.id,
    session_id: sessionName(trace, index),
    model,
    input_length: inputTokens,
    output_length: outputTokens,
    // What waits for something is released by it alone.
    not_before_ms: needs.length === 0 ? roundMs((trace.startMs ?? 0) + startMs) : 0,
    ...(apiMs !== undefined && { recorded_api_time_ms: apiMs }),
    ...(needs.length > 0 && {
      dependencies: needs.map(({ on, trigger, delayMs, relation }) => ({
        request_id: nameOf(trace, on),
        trigger,
        delay_ms: delayMs,
        relation: relation === 'background' ? 'spawn' : relation,
      })),
    }),
  }
}

function nameOf(trace: Trace, { session, turn }: Dependency['on']): string {
  return `${sessionName(trace, session)}/${turn}`
}

interface Ids {
  readonly blockSize: number
  idOf(trace: Trace, block: number): number
  freshId(): number
  readonly losses: Losses
}

/** A last block that is not full has an id too. */
function idsOf(trace: Trace, session: Session, at: number, { blockSize, idOf, freshId, losses }: Ids): number[] {
  const { inputTokens, partialBlock } = session.turns[at]!
  const ids = Array.from(blocksOf(session, at), (block) => idOf(trace, block))
  if (partialBlock !== undefined) return [...ids, idOf(trace, partialBlock)]
  if (inputTokens % blockSize === 0 || ids.length !== Math.floor(inputTokens / blockSize)) return ids
  losses.add('invented', 'hash_ids', 'an id for a last block that is not full')
  return [...ids, freshId()]
}

function* idsIn({ sessions }: Trace): Generator<number> {
  for (const { turns } of sessions) {
    for (const { ownBlocks, partialBlock } of turns) {
      yield* ownBlocks
      if (partialBlock !== undefined) yield partialBlock
    }
  }
}

function sharesAcross({ blockScope, traces }: Corpus): boolean {
  if (blockScope === 'local') return false
  const traceOf = new Map<number, Trace>()
  for (const trace of traces) {
    for (const id of idsIn(trace)) {
      const first = traceOf.get(id)
      if (first && first !== trace) return true
      traceOf.set(id, trace)
    }
  }
  return false
}

function countDropped(session: Session, at: number, losses: Losses): void {
  const turn = session.turns[at]!
  for (const field of ['ttftMs', 'queueMs', 'cachedTokens', 'thinkMs', 'stopReason', 'replyBlocks'] as const)
    if (turn[field] !== undefined) losses.add('dropped', field, 'rows have no place for it')
  if (turn.inputKinds.length + turn.outputKinds.length > 0)
    losses.add('dropped', 'inputKinds, outputKinds', 'rows have no place for them')
  if (turn.needs.length > 0) losses.add('changed', 'startMs', 'what waits starts when it is released')
  if (turn.needs.some(({ relation }) => relation === 'background'))
    losses.add('changed', 'needs', 'that nobody waits for a subagent is told by its not being waited for')
  if (at > 0) return
  if (session.toolTokens + session.systemTokens > 0)
    losses.add('dropped', 'toolTokens, systemTokens', 'rows have no place for them')
  if (session.tools) losses.add('dropped', 'tools', 'rows have no place for them')
  if (session.agentType !== undefined) losses.add('dropped', 'agentType', 'rows have no place for it')
}
