import type { Session, Trace } from '../corpus.ts'

/** Block ids that a file writes as text (hashes of a raw capture), and the numbers that stand for them. */
export type BlockNumbers = Map<string, number>

/**
 * The traces with their ids renumbered from 0 in order of appearance.
 *
 * Numbers given while reading depend on the order of the files; after this they depend on the order of the traces alone.
 */
export function renumberBlocks(traces: readonly Trace[]): Trace[] {
  const numbers = new Map<number, number>()
  const numberOf = (id: number): number => {
    const known = numbers.get(id)
    if (known !== undefined) return known
    numbers.set(id, numbers.size)
    return numbers.size - 1
  }
  const renumbered = (session: Session): Session => ({
    ...session,
    turns: session.turns.map(({ partialBlock, ...turn }) => ({
      ...turn,
      ownBlocks: turn.ownBlocks.map(numberOf),
      ...(partialBlock !== undefined && { partialBlock: numberOf(partialBlock) }),
    })),
  })
  return traces.map((trace) => ({ ...trace, sessions: trace.sessions.map(renumbered) }))
}
