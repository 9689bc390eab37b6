import { blockCountOf } from '../blocks-of.ts'
import type { Corpus, Session } from '../corpus.ts'

/**
 * How a prompt's ids lie beside those of the prompt before it in its session; every pair is of one kind.
 *
 * Source: the classes in which kv-cache-tester's public traces were looked at.
 */
export const relationNames = [
  'identical',
  'growth',
  'last-block',
  'mostly-kept',
  'half-kept',
  'little-kept',
  'disjoint',
] as const
export type RelationName = (typeof relationNames)[number]

/** Counts over the root sessions. */
export function pairRelations({ traces }: Corpus): Record<RelationName, number> {
  const counts = Object.fromEntries(relationNames.map((name) => [name, 0])) as Record<RelationName, number>
  for (const { sessions } of traces) {
    const root = sessions[0]!
    for (let turn = 1; turn < root.turns.length; turn += 1) counts[relationOf(root, turn)] += 1
  }
  return counts
}

/** That of a turn, not the first of its session, to the one before it. */
export function relationOf(session: Session, turn: number): RelationName {
  const { sharedBlocks, ownBlocks } = session.turns[turn]!
  const before = blockCountOf(session, turn - 1)
  const lost = before - sharedBlocks
  if (lost === 0) return ownBlocks.length === 0 ? 'identical' : 'growth'
  if (lost === 1) return 'last-block'
  if (sharedBlocks === 0) return 'disjoint'
  const kept = sharedBlocks / before
  return kept >= 0.9 ? 'mostly-kept' : kept >= 0.5 ? 'half-kept' : 'little-kept'
}
