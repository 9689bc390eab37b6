import type { Session } from '@reprise/trace'
import fc from 'fast-check'

/** A turn as far as its prompt goes: what it keeps of the turn before, in blocks, what it adds, and what is left over. */
export interface TurnSketch {
  /** Blocks kept; more than there are means all. */
  readonly keep: number
  readonly add: number
  readonly tail: number
  readonly reply: number
}

/** A session of such turns; each block that is added has an id of its own. */
export function sketchedSession(
  turns: readonly TurnSketch[],
  { blockSize = 64, systemTokens = 0 }: { readonly blockSize?: number; readonly systemTokens?: number } = {},
): Session {
  let blocks = 0
  let nextId = 0
  return {
    id: 'root',
    toolTokens: 0,
    systemTokens,
    turns: turns.map(({ keep, add, tail, reply }, t) => {
      const sharedBlocks = t === 0 ? 0 : Math.min(keep, blocks)
      const ownBlocks = Uint32Array.from({ length: add }, () => nextId++)
      blocks = sharedBlocks + add
      const inputTokens = blocks * blockSize + tail
      const nothing = { startMs: 0, model: 'm', inputKinds: [], outputKinds: [], needs: [] }
      return { ...nothing, inputTokens, outputTokens: reply, sharedBlocks, ownBlocks }
    }),
  }
}

/** Turns of every kind that traces hold: growth, retries, rewritten tails, compaction, a fresh start. */
export function turnSketches(blockSize = 64): fc.Arbitrary<TurnSketch[]> {
  const all = 1_000_000
  const tail = fc.oneof(fc.nat(blockSize - 1), fc.nat(Math.min(6, blockSize - 1)), fc.constant(0))
  const reply = fc.oneof(fc.nat(4 * blockSize), fc.constant(0))
  const growth = fc.record({ keep: fc.constant(all), add: fc.nat(6), tail, reply })
  const other = fc.record({ keep: fc.nat(30), add: fc.nat(6), tail, reply })
  const opening = fc.record({ keep: fc.constant(0), add: fc.integer({ min: 1, max: 12 }), tail, reply })
  const turns = fc.array(fc.oneof({ weight: 4, arbitrary: growth }, other), { maxLength: 30 })
  return fc.tuple(opening, turns).map(([first, later]) => [first, ...later])
}
