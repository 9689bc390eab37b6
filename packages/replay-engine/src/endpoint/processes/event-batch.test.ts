import type { Observer } from '@reprise/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventBatch, tellEvents } from './event-batch.ts'

type Call = [name: keyof Observer, ...args: unknown[]]

const instant = fc.double({ min: 0, max: 1e9, noNaN: true })
const call: fc.Arbitrary<Call> = fc.oneof(
  fc.tuple(
    fc.constantFrom<'connecting' | 'sent' | 'headers' | 'ended'>('connecting', 'sent', 'headers', 'ended'),
    instant,
  ),
  fc.tuple(
    fc.constant('chunk' as const),
    instant,
    fc.constantFrom('answer', 'reasoning', 'tool'),
    fc.option(fc.nat(), { nil: undefined }),
    fc.option(fc.nat(), { nil: undefined }),
  ),
  fc.constant<Call>(['resent']),
)

function hearing(heard: Call[]): Observer {
  const hear =
    (name: keyof Observer) =>
    (...args: unknown[]) =>
      void heard.push([name, ...args])
  return {
    connecting: hear('connecting'),
    sent: hear('sent'),
    headers: hear('headers'),
    chunk: hear('chunk'),
    resent: hear('resent'),
    ended: hear('ended'),
  }
}

test('whatever is told of any requests is heard by their observers, in its order, and once', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(5), call), { maxLength: 3_000 }), (told) => {
      const batch = new EventBatch()
      for (const [slot, [name, ...args]] of told)
        (batch.observerOf(slot)[name] as (...args: unknown[]) => void)(...args)
      const heard = new Map<number, Call[]>([0, 1, 2, 3, 4].map((slot) => [slot, []]))
      const events = batch.take()
      tellEvents(events, (slot) => {
        const own = heard.get(slot)
        return own && hearing(own)
      })
      for (const [slot, calls] of heard)
        expect(calls).toEqual(told.filter(([of]) => of === slot).map(([, each]) => each))
      expect([batch.isEmpty, batch.take().length]).toEqual([true, 0])
    }),
    { numRuns: 50 },
  )
})
