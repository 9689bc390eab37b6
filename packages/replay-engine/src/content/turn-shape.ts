import type { Session } from '@reprise/trace'
import { blockCountOf } from '@reprise/trace/blocks'

/** What a turn brings, in tokens and blocks. */
export interface TurnShape {
  /** Full blocks that have an id. */
  readonly blocks: number
  /** Leading blocks in common with the turn before. */
  readonly shared: number
  readonly tail: number
  /** Blocks that the reply before it fills, rounded up. */
  readonly replyBlocks: number
}

export interface Sizes {
  readonly blockSize: number
  readonly minTokens: number
}

/** The shape of each turn of a session. */
export function shapesOf(session: Session, blockSize: number): TurnShape[] {
  let blocksBefore = 0
  return session.turns.map(({ inputTokens, sharedBlocks }, t) => {
    const blocks = Math.min(Math.floor(inputTokens / blockSize), blockCountOf(session, t))
    const shared = Math.min(sharedBlocks, blocks, blocksBefore)
    blocksBefore = blocks
    const reply = session.turns[t - 1]?.outputTokens ?? 0
    return { blocks, shared, tail: inputTokens - blocks * blockSize, replyBlocks: Math.ceil(reply / blockSize) }
  })
}

/**
 * The most blocks that each turn may give to the assistant (the first turn: to the system message).
 *
 * A turn that adds too little for a message of its own must find the user's at its end. The block it will end on is therefore left to
 * the user by whichever turn creates it.
 */
export function capsOf(shapes: readonly TurnShape[], { blockSize, minTokens }: Sizes): number[] {
  const caps = shapes.map(() => Number.POSITIVE_INFINITY)
  for (const [t, { blocks, shared, tail }] of shapes.entries()) {
    const usersBlock = shared - Math.ceil(minTokens / blockSize)
    if (blocks > shared || tail >= minTokens || usersBlock < 0) continue
    let creator = t
    while (shapes[creator]!.shared > usersBlock) creator -= 1
    caps[creator] = Math.min(caps[creator]!, usersBlock - shapes[creator]!.shared)
  }
  return caps
}
