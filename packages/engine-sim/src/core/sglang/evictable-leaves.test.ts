import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EvictableLeaves } from './evictable-leaves.ts'
import { leafOrders, type RadixEvictionPolicy } from './leaf-order.ts'

const policies = Object.keys(leafOrders) as RadixEvictionPolicy[]
const step = fc.record({
  what: fc.constantFrom('join', 'join', 'leave', 'use', 'hit', 'raise', 'evict'),
  which: fc.nat(7),
})

test.each(policies)(
  'by %s the first is the one that a look at all of them finds, whatever was done to them',
  (policy) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const nodes = Array.from({ length: 8 }, (_, at) => ({ usedAt: 0, createdAt: at >> 1, hits: 0, priority: 0 }))
        const leaves = new EvictableLeaves<(typeof nodes)[number]>(policy)
        const all = new Set<(typeof nodes)[number]>()
        for (const [at, { what, which }] of steps.entries()) {
          const node = nodes[which]!
          if (what === 'use') node.usedAt = at >> 1
          else if (what === 'hit') node.hits += 1
          else if (what === 'raise') node.priority += 1
          else if (what === 'join') {
            leaves.add(node)
            all.add(node)
          } else {
            const gone = what === 'leave' ? node : leaves.first
            if (gone) leaves.delete(gone)
            if (gone) all.delete(gone)
          }
          const expected = [...all].reduce<(typeof nodes)[number] | undefined>(
            (first, each) => (first && leafOrders[policy](each, first) >= 0 ? first : each),
            undefined,
          )
          expect(leaves.first).toBe(expected)
          expect(nodes.map((each) => leaves.has(each))).toEqual(nodes.map((each) => all.has(each)))
        }
      }),
      { numRuns: 200, seed: 7 },
    )
  },
)

test('a leaf that comes and goes without end leaves nothing behind, and what was cleared is gone', () => {
  const leaves = new EvictableLeaves<{ usedAt: number; createdAt: number; hits: number; priority: number }>('lru')
  const [one, other] = [1, 2].map((usedAt) => ({ usedAt, createdAt: 0, hits: 0, priority: 0 }))
  leaves.add(one!)
  for (let time = 0; time < 1000; time += 1) {
    leaves.add(other!)
    leaves.delete(other!)
  }
  expect(leaves.first).toBe(one)
  leaves.clear()
  expect(leaves.first).toBeUndefined()
})
