import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blockCountOf, blocksOf } from './blocks-of.ts'
import type { Session } from './corpus.ts'
import { encodeBlocks } from './encode-blocks.ts'

describe('encodeBlocks', () => {
  test('holds what lies beyond the shared prefix', () => {
    expect(encodeBlocks([1, 2, 3], [1, 2, 9, 3])).toEqual({ sharedBlocks: 2, ownBlocks: Uint32Array.of(9, 3) })
    expect(encodeBlocks([1, 2, 3], [1, 2])).toEqual({ sharedBlocks: 2, ownBlocks: new Uint32Array(0) })
    expect(encodeBlocks([1], [])).toEqual({ sharedBlocks: 0, ownBlocks: new Uint32Array(0) })
  })

  test('keeps the ends of the range: 0 and 4294967295', () => {
    expect(encodeBlocks([], [0, 4294967295]).ownBlocks).toEqual(Uint32Array.of(0, 4294967295))
  })

  test.each([[-1], [1.5], [4294967296], [null], ['1'], [Number.NaN]])('refuses %s, naming its index', (id) => {
    expect(() => encodeBlocks([7], [7, 8, id])).toThrow(new RangeError('[2]'))
  })

  test('every list of a session comes back from the deltas', () => {
    fc.assert(
      fc.property(idLists, (lists) => {
        const session = sessionOf(lists)
        for (const [turn, ids] of lists.entries()) {
          expect(Array.from(blocksOf(session, turn))).toEqual(ids)
          expect(blockCountOf(session, turn)).toBe(ids.length)
        }
      }),
    )
  })
})

test('blocksOf refuses a turn that the session does not have', () => {
  expect(() => blocksOf(sessionOf([[1]]), 1)).toThrow('session root has no turn 1')
})

/** Small ids, so that lists often share prefixes, shrink, and repeat. */
const idLists = fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 8 }), { minLength: 1, maxLength: 12 })

function sessionOf(lists: readonly (readonly number[])[]): Session {
  const turns = lists.map((ids, index) => ({
    ...encodeBlocks(lists[index - 1] ?? [], ids),
    inputTokens: 0,
    outputTokens: 0,
    startMs: 0,
    model: 'm',
    inputKinds: [],
    outputKinds: [],
    needs: [],
  }))
  return { id: 'root', toolTokens: 0, systemTokens: 0, turns }
}
