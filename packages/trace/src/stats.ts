import { blockCountOf } from './blocks-of.ts'
import type { Corpus, Session, Trace } from './corpus.ts'
import { idCountOf } from './id-count-of.ts'

/** What a corpus holds. Figures are of the root sessions; subagents are only counted. */
export interface CorpusStats {
  readonly traces: number
  readonly requests: number
  readonly subagents: number
  readonly subagentRequests: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly blocks: number
  /** Blocks that a cache which never forgets holds already: `blocks - uniqueBlocks`. */
  readonly hitBlocks: number
  readonly uniqueBlocks: number
  /** `hitBlocks / blocks`; absent without blocks. */
  readonly hitRate?: number
  readonly pairs: PairStats
}

/** How requests relate to the one before them in their session. */
export interface PairStats {
  readonly consecutive: number
  /** All ids of the earlier request are a prefix of the later one's; identical lists included. */
  readonly growth: number
  /** All but the last id of the earlier request are. */
  readonly lastBlockChanged: number
}

/**
 * Counts over the root sessions of a corpus.
 *
 * A block is a hit when its id occurred before: in the same root session for scope `local`, in any root session for scope
 * `global`, where equal ids are equal content in all traces. The count does not depend on the order of the traces.
 */
export function corpusStats(corpus: Corpus): CorpusStats {
  const roots = corpus.traces.flatMap(({ sessions }) => sessions.slice(0, 1))
  const children = corpus.traces.flatMap(({ sessions }) => sessions.slice(1))
  const turns = roots.flatMap((session) => session.turns)
  const blocks = sum(roots.map((session) => sum(session.turns.map((_, turn) => idCountOf(session, turn)))))
  const uniqueBlocks = corpus.blockScope === 'global' ? distinct(roots) : sum(roots.map((root) => distinct([root])))
  return {
    traces: corpus.traces.length,
    requests: turns.length,
    subagents: children.length,
    subagentRequests: sum(children.map((session) => session.turns.length)),
    inputTokens: sum(turns.map((turn) => turn.inputTokens)),
    outputTokens: sum(turns.map((turn) => turn.outputTokens)),
    blocks,
    hitBlocks: blocks - uniqueBlocks,
    uniqueBlocks,
    ...(blocks > 0 && { hitRate: (blocks - uniqueBlocks) / blocks }),
    pairs: pairStats(roots),
  }
}

/** The same for one trace. */
export function traceStats(trace: Trace, corpus: Corpus): CorpusStats {
  return corpusStats({ ...corpus, traces: [trace] })
}

/** A shared block was seen with the turn before, so only own blocks can be new. */
function distinct(sessions: readonly Session[]): number {
  const seen = new Set<number>()
  for (const session of sessions) {
    for (const { ownBlocks, partialBlock } of session.turns) {
      for (const id of ownBlocks) seen.add(id)
      if (partialBlock !== undefined) seen.add(partialBlock)
    }
  }
  return seen.size
}

function pairStats(sessions: readonly Session[]): PairStats {
  const lost = sessions.flatMap((session) =>
    session.turns.slice(1).map((turn, previous) => blockCountOf(session, previous) - turn.sharedBlocks),
  )
  return {
    consecutive: lost.length,
    growth: lost.filter((blocks) => blocks === 0).length,
    lastBlockChanged: lost.filter((blocks) => blocks === 1).length,
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
