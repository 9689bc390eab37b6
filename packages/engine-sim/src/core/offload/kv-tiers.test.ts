import { expect, test } from 'vitest'
import type { KvOffload } from './kv-offload-config.ts'
import { KvTiers } from './kv-tiers.ts'

/** Blocks of one token, which take the host's link a millisecond each, and the disk's two; a key for each, in order. */
function tiersOf(changes: Partial<KvOffload> = {}) {
  const tiers = new KvTiers({ hostBlocks: 4, tokenBytes: 1e6, host: { gbPerS: 1 }, ...changes }, 1)
  const keyOf = (block: number) => block + 1
  const find = (from: number, most: number) => {
    const hit = tiers.find(keyOf, from, most)
    return hit && [hit.endBlock, hit.hostBlocks, hit.diskBlocks]
  }
  return { tiers, find, keyOf }
}

const disk = { blocks: 8, gbPerS: 0.5 }

test('finds what has been written, without a gap, and not what is being written', () => {
  const { tiers, find } = tiersOf()
  tiers.store(0, [1, 2, 4])
  tiers.advance(2.9)
  expect(find(0, 4)).toBeUndefined()
  tiers.advance(3)
  expect([find(0, 4), find(1, 4), find(2, 4), find(3, 4), find(0, 1)]).toEqual([
    [2, 2, 0],
    [2, 1, 0],
    undefined,
    [4, 1, 0],
    [1, 1, 0],
  ])
})

test('chunks are found whole, from the one on in which the device ends', () => {
  const { tiers, find } = tiersOf({ hostBlocks: 8, chunkBlocks: 4 })
  expect([2, 3, 7].map((block) => tiers.endsChunk(block))).toEqual([false, true, true])
  tiers.store(0, [4, 8])
  tiers.advance(8)
  expect([find(0, 7), find(3, 8), find(4, 8), find(0, 3)]).toEqual([[4, 4, 0], [8, 5, 0], [8, 4, 0], undefined])
})

test('the least recently used goes, but not what is being read, nor written', () => {
  const { tiers, find, keyOf } = tiersOf()
  tiers.store(0, [1, 2, 3, 4])
  tiers.advance(4)
  const hit = tiers.find(keyOf, 0, 2)!
  tiers.load(4, hit, () => {})
  // 3 and 4 go; for the third there is no room.
  tiers.store(4, [5, 6, 7])
  tiers.advance(10)
  expect([find(0, 8), find(2, 8), find(4, 8)]).toEqual([[2, 2, 0], undefined, [6, 2, 0]])
  tiers.store(10, [8])
  tiers.advance(11)
  // Of those that were loaded the end goes first.
  expect([find(0, 8), find(1, 8)]).toEqual([[1, 1, 0], undefined])
})

test('loads take the time of their bytes and share the link; stores go the other way', () => {
  const { tiers, keyOf } = tiersOf()
  tiers.store(0, [1, 2, 3])
  tiers.advance(3)
  const done: string[] = []
  tiers.load(10, tiers.find(keyOf, 0, 2)!, () => done.push('a'))
  tiers.load(10, tiers.find(keyOf, 2, 3)!, () => done.push('b'))
  tiers.store(10, [4])
  // Two at half the speed: b after 2 ms, a has one block left then.
  expect(tiers.nextMs).toBe(12)
  tiers.advance(12)
  expect([done, tiers.nextMs]).toEqual([['b'], 13])
  tiers.advance(13)
  expect([done, tiers.nextMs, tiers.loadedBytes, tiers.storedBytes]).toEqual([['b', 'a'], undefined, 3e6, 4e6])
})

test('what the host has given up comes from the disk, through the host', () => {
  const { tiers, find, keyOf } = tiersOf({ disk })
  tiers.store(0, [1, 2, 3])
  tiers.advance(3)
  // On disk 6 ms later.
  tiers.advance(9)
  tiers.store(9, [4, 5, 6])
  tiers.advance(12)
  expect(find(0, 8)).toEqual([6, 4, 2])
  let doneMs = 0
  tiers.load(20, tiers.find(keyOf, 0, 2)!, () => {
    doneMs = 26
  })
  // Two blocks from disk in 4 ms, and 2 ms to the device.
  tiers.advance(25.9)
  expect([doneMs, tiers.nextMs]).toEqual([0, 26])
  tiers.advance(26)
  expect([doneMs, find(0, 2), tiers.chunks.host]).toEqual([26, [2, 2, 0], 4])
})
