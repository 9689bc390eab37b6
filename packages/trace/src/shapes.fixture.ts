import type { Corpus, Session, Trace } from './corpus.ts'

/**
 * The distributions of a corpus as samples in rising order, ready for quantiles and histograms. Of the root sessions unless the
 * name says otherwise; a turn without a figure gives no sample.
 */
export interface CorpusShapes {
  readonly turnsPerSession: readonly number[]
  readonly inputTokens: readonly number[]
  readonly outputTokens: readonly number[]
  /** Ids that the turn before did not have, first turns left out. */
  readonly newBlocks: readonly number[]
  readonly thinkMs: readonly number[]
  readonly apiMs: readonly number[]
  readonly subagentsPerTrace: readonly number[]
  /** 1: started by the root. */
  readonly subagentDepth: readonly number[]
  readonly subagentTurns: readonly number[]
  readonly subagentInputTokens: readonly number[]
  readonly subagentOutputTokens: readonly number[]
}

export function corpusShapes({ traces }: Corpus): CorpusShapes {
  const roots = traces.flatMap(({ sessions }) => sessions.slice(0, 1))
  const turns = roots.flatMap((session) => session.turns)
  const subagents = traces.flatMap(({ sessions }) => sessions.slice(1))
  const inner = subagents.flatMap((session) => session.turns)
  return {
    turnsPerSession: rising(roots.map((session) => session.turns.length)),
    inputTokens: rising(turns.map((turn) => turn.inputTokens)),
    outputTokens: rising(turns.map((turn) => turn.outputTokens)),
    newBlocks: rising(roots.flatMap((session) => session.turns.slice(1).map((turn) => turn.ownBlocks.length))),
    thinkMs: rising(turns.flatMap(({ thinkMs }) => thinkMs ?? [])),
    apiMs: rising(turns.flatMap(({ apiMs }) => apiMs ?? [])),
    subagentsPerTrace: rising(traces.map(({ sessions }) => sessions.length - 1)),
    subagentDepth: rising(traces.flatMap(depths)),
    subagentTurns: rising(subagents.map((session) => session.turns.length)),
    subagentInputTokens: rising(inner.map((turn) => turn.inputTokens)),
    subagentOutputTokens: rising(inner.map((turn) => turn.outputTokens)),
  }
}

function depths({ sessions }: Trace): number[] {
  const depthOf = (session: Session | undefined): number =>
    session?.parent === undefined ? 0 : 1 + depthOf(sessions[session.parent])
  return sessions.slice(1).map(depthOf)
}

function rising(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b)
}
