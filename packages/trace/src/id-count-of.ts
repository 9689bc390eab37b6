import { blockCountOf } from './blocks-of.ts'
import type { Session } from './corpus.ts'

/** Number of ids of a turn's full blocks, and that of a last block that is not full, where it has one. */
export function idCountOf(session: Session, turn: number): number {
  return blockCountOf(session, turn) + (session.turns[turn]?.partialBlock === undefined ? 0 : 1)
}
