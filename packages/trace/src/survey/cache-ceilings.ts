import { blockCountOf } from '../blocks-of.ts'
import type { Corpus, Trace } from '../corpus.ts'
import { turnsInTime } from '../recording/turns-in-time.ts'

/** What a cache that never forgets would have held. */
export interface CacheCeiling {
  readonly blocks: number
  /** Blocks whose id occurred before. */
  readonly hitBlocks: number
  /** `hitBlocks / blocks`. */
  readonly hitRate: number
  readonly inputTokens: number
  /** Input in leading blocks whose ids occurred before: what an engine that matches prefixes takes from its cache at most. */
  readonly prefixTokens: number
  /** `prefixTokens / inputTokens`. */
  readonly prefixRate: number
}

export interface CacheCeilings {
  /** Over the root sessions; with ids that mean the same everywhere, over all of them together. Absent without a block. */
  readonly roots?: CacheCeiling
  /** The same with the subagents. */
  readonly all?: CacheCeiling
}

/** Pooled over traces: ids that mean something inside a trace only hit inside it only. The order is that of the recorded times. */
export function cacheCeilings(corpus: Corpus): CacheCeilings {
  const [roots, all] = [ceilingOf(corpus, true), ceilingOf(corpus, false)]
  return { ...(roots && { roots }), ...(all && { all }) }
}

function ceilingOf({ traces, blockScope, blockSize }: Corpus, rootsOnly: boolean): CacheCeiling | undefined {
  const counts = { blocks: 0, hitBlocks: 0, inputTokens: 0, prefixTokens: 0 }
  const groups: readonly (readonly Trace[])[] = blockScope === 'global' ? [traces] : traces.map((trace) => [trace])
  for (const group of groups) count(group, { rootsOnly, blockSize }, counts)
  const { blocks, hitBlocks, inputTokens, prefixTokens } = counts
  if (blocks === 0 || inputTokens === 0) return undefined
  return {
    blocks,
    hitBlocks,
    hitRate: hitBlocks / blocks,
    inputTokens,
    prefixTokens,
    prefixRate: prefixTokens / inputTokens,
  }
}

function count(
  traces: readonly Trace[],
  { rootsOnly, blockSize }: { rootsOnly: boolean; blockSize: number },
  counts: { blocks: number; hitBlocks: number; inputTokens: number; prefixTokens: number },
): void {
  const seen = new Set<number>()
  for (const { trace, session: index, turn } of turnsInTime(traces, { rootsOnly })) {
    const session = trace.sessions[index]!
    const { inputTokens, sharedBlocks, ownBlocks, partialBlock } = session.turns[turn]!
    const known = new Array<boolean>(ownBlocks.length)
    // A prompt does not hit itself: all of it is asked for before any of it is kept.
    for (const [index, id] of ownBlocks.entries()) known[index] = seen.has(id)
    const hasPartial = partialBlock !== undefined && seen.has(partialBlock)
    const firstNew = known.indexOf(false)
    const leading = sharedBlocks + (firstNew < 0 ? ownBlocks.length : firstNew)
    const whole = firstNew < 0 && hasPartial
    counts.blocks += blockCountOf(session, turn) + (partialBlock === undefined ? 0 : 1)
    counts.hitBlocks += sharedBlocks + known.filter(Boolean).length + (hasPartial ? 1 : 0)
    counts.inputTokens += inputTokens
    counts.prefixTokens += whole ? inputTokens : Math.min(leading * blockSize, inputTokens)
    for (const id of ownBlocks) seen.add(id)
    if (partialBlock !== undefined) seen.add(partialBlock)
  }
}
