import { createHash } from 'node:crypto'
import type { Corpus, Session, Trace, TraceOrigin } from './corpus.ts'

/**
 * SHA-256 (hex) of a corpus: its header, then trace by trace the scalars as JSON and the block ids as 32-bit little-endian.
 *
 * Depends on the values alone, not on files, their order or their compression.
 */
export function corpusDigest(corpus: Omit<Corpus, 'digest'>): string {
  const hash = createHash('sha256')
  const { schema, blockSize, blockScope, origin, traces } = corpus
  hash.update(JSON.stringify([schema, blockSize, blockScope, reading(origin), traces.length]))
  for (const trace of traces) {
    hash.update(JSON.stringify(scalarsOf(trace)))
    for (const session of trace.sessions) {
      for (const { ownBlocks } of session.turns) {
        hash.update(new Uint8Array(ownBlocks.buffer, ownBlocks.byteOffset, ownBlocks.byteLength))
      }
    }
  }
  return hash.digest('hex')
}

/** What of the origin a replay depends on. */
function reading(origin: TraceOrigin): string {
  return origin.format === 'weka' ? origin.subagentTimes : origin.format
}

/** Positional, so that neither the order of properties nor an absent one written as undefined shows. */
function scalarsOf(trace: Trace): unknown {
  const { id, models, sessions, startMs } = trace
  return [id, models, sessions.map(sessionScalars), ...(startMs === undefined ? [] : [startMs])]
}

function sessionScalars(session: Session): unknown {
  const { launch } = session
  return [
    session.id,
    session.parent,
    launch && [launch.afterTurn, launch.startMs, launch.endMs],
    session.agentType,
    session.toolTokens,
    session.systemTokens,
    session.turns.map((turn) => [
      turn.inputTokens,
      turn.outputTokens,
      turn.sharedBlocks,
      turn.ownBlocks.length,
      turn.startMs,
      turn.apiMs,
      turn.ttftMs,
      turn.thinkMs,
      turn.model,
      turn.inputKinds,
      turn.outputKinds,
      turn.stopReason,
      turn.needs.map(({ on, trigger, delayMs, relation }) => [on.session, on.turn, trigger, delayMs, relation]),
      ...(turn.partialBlock === undefined ? [] : [turn.partialBlock]),
    ]),
  ]
}
