import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BlockRun } from './block-run.ts'
import { holderOf } from './holder.fixture.ts'
import { KeyIndex } from './key-index.ts'

const { keys } = holderOf()
const runOf = (block: number) => new BlockRun(keys, block, { end: block + 1 })

/** Few keys and few chains, so that keys and chains are shared all the time. */
const moves = fc.array(fc.record({ who: fc.integer({ min: 0, max: 10 }), key: fc.integer({ min: 1, max: 5 }) }), {
  maxLength: 200,
})

test('agrees with lists in insertion order, whatever is added and removed', () => {
  fc.assert(
    fc.property(moves, (list) => {
      const index = new KeyIndex(12)
      const runs = Array.from({ length: 11 }, (_, block) => runOf(block))
      const held = new Map<number, number>()
      for (const { who, key } of list) {
        const had = held.get(who)
        if (had === undefined) {
          index.add(key, runs[who]!, who)
          held.set(who, key)
        } else {
          held.delete(who)
          expect(index.remove(had, runs[who]!)).toBe([...held.values()].includes(had))
        }
        expect(index.size).toBe(held.size)
        for (let wanted = 1; wanted <= 5; wanted += 1) {
          const oldest = [...held].find(([, heldKey]) => heldKey === wanted)?.[0]
          expect(index.first(wanted)).toBe(oldest === undefined ? undefined : runs[oldest])
          expect(index.has(wanted)).toBe(oldest !== undefined)
        }
      }
    }),
  )
})

test('a block is found in the part that has it when its run has been cut', () => {
  const index = new KeyIndex(8)
  const run = new BlockRun(keys, 0, { end: 6 })
  for (let block = 0; block < 6; block += 1) index.add(100 + block, run, block)
  const middle = run.cut(4)
  const head = middle.cut(1)
  expect([0, 1, 3, 4, 5].map((block) => index.first(100 + block))).toEqual([head, middle, middle, run, run])
})

test('holds keys of 52 bits apart that share their low 32 bits', () => {
  const index = new KeyIndex(8)
  const high = [7, 7 + 2 ** 32, 7 + 2 ** 51]
  const runs = high.map((key, block) => {
    const run = runOf(block)
    index.add(key, run, block)
    return run
  })
  expect([...high, 8].map((key) => index.first(key))).toEqual([...runs, undefined])
})
