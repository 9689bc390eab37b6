import fc from 'fast-check'
import { expect, test } from 'vitest'
import { requestOf } from '../engine.fixture.ts'
import { PriorityQueue } from './priority-queue.ts'
import { VllmSequence } from './vllm-sequence.ts'

// Source: `PriorityRequestQueue` of vLLM 0.33.0, a heap by (priority, arrival).
test('the lowest number comes first, of equals who came first; one that was preempted too', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -2, max: 2 })), (priorities) => {
      const queue = new PriorityQueue()
      const all = priorities.map(
        (priority, serial) => new VllmSequence({ ...requestOf(String(serial), 1, 1), priority }, serial, 10),
      )
      // The first comes back when all are there.
      for (const each of all.slice(1)) queue.append(each)
      if (all[0]) queue.prepend(all[0])
      const order: number[] = []
      for (let head = queue.head; head; head = queue.head) {
        order.push(head.serial)
        queue.removeHead()
      }
      const expected = all.toSorted(
        (one, other) => one.request.priority! - other.request.priority! || one.serial - other.serial,
      )
      expect(order).toEqual(expected.map(({ serial }) => serial))
    }),
  )
})

test('a newcomer is held against few of many', () => {
  let looks = 0
  const watched = (serial: number) => {
    const request = requestOf(String(serial), 1, 1)
    Object.defineProperty(request, 'priority', {
      get: () => {
        looks += 1
        return 0
      },
    })
    return new VllmSequence(request, serial, 10)
  }
  const queue = new PriorityQueue()
  for (let serial = 0; serial < 1024; serial += 1) queue.append(watched(serial))
  looks = 0
  queue.append(watched(1024))
  expect(looks).toBeLessThan(50)
})
