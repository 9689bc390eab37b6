import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cancel } from './clock.ts'
import { InstantQueue } from './instant-queue.ts'

const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), atMs: fc.integer({ min: 0, max: 20 }) }),
  fc.record({ kind: fc.constant('cancel' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('take' as const) }),
)

test('whatever is added, cancelled and taken, callbacks come out by instant and then by age, as from a sorted list', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const queue = new InstantQueue()
      const model: { atMs: number; label: number }[] = []
      const cancels: Cancel[] = []
      const out: number[] = []
      const expected: number[] = []
      for (const one of steps) {
        if (one.kind === 'add') {
          const label = cancels.length
          cancels.push(queue.add(one.atMs, () => out.push(label)))
          model.push({ atMs: one.atMs, label })
        } else if (one.kind === 'cancel' && cancels.length > 0) {
          const label = one.which % cancels.length
          cancels[label]!()
          const at = model.findIndex((entry) => entry.label === label)
          if (at >= 0) model.splice(at, 1)
        } else if (one.kind === 'take') {
          model.sort((a, b) => a.atMs - b.atMs || a.label - b.label)
          const next = model.shift()
          expect(queue.nextMs()).toBe(next?.atMs)
          if (next) {
            queue.take()()
            expected.push(next.label)
          }
        }
      }
      expect(out).toEqual(expected)
    }),
    { numRuns: 200 },
  )
})

test('cancelling most of a large queue leaves the rest in order', () => {
  const queue = new InstantQueue()
  const out: number[] = []
  const cancels = Array.from({ length: 1_000 }, (_, i) =>
    queue.add((i * 7919) % 1_000, () => out.push((i * 7919) % 1_000)),
  )
  for (const [i, cancel] of cancels.entries()) if (i % 10 !== 0) cancel()
  while (queue.nextMs() !== undefined) queue.take()()
  expect(out).toHaveLength(100)
  expect(out).toEqual(out.toSorted((a, b) => a - b))
})
