import { expect, test } from 'vitest'
import { type KvLinkOptions, KvLinks, type KvTransfer } from './kv-links.ts'

/** `instant id` of what is over, driven from wake to wake; transfers start at their instants. */
function overAt(
  options: Partial<KvLinkOptions>,
  starts: readonly (KvTransfer & { readonly atMs: number })[],
): string[] {
  const links = new KvLinks({ gbPerS: 1, latencyMs: 0, mostAtOnce: 0, inOrder: false, ...options })
  const over: string[] = []
  const pending = [...starts]
  for (;;) {
    const next = pending[0]
    const { wakeMs } = links
    if (next && next.atMs < (wakeMs ?? Number.POSITIVE_INFINITY)) links.start(pending.shift()!, next.atMs)
    else if (wakeMs === undefined) return over
    else for (const { id } of links.advance(wakeMs)) over.push(`${wakeMs} ${id}`)
  }
}

/** A link carries 1e6 bytes a millisecond. */
const transfer = (id: string, atMs: number, from: number, to: number, ms: number) => ({
  id,
  atMs,
  from,
  to,
  bytes: ms * 1e6,
  isLast: true,
})

test('alone it takes its bytes over the bandwidth, after the latency', () => {
  expect(overAt({ latencyMs: 2 }, [transfer('a', 10, 0, 0, 5)])).toEqual(['17 a'])
  expect(overAt({ gbPerS: 2 }, [transfer('a', 10, 0, 0, 5)])).toEqual(['12.5 a'])
  expect(overAt({ gbPerS: 0, latencyMs: 2 }, [transfer('a', 10, 0, 0, 5)])).toEqual(['12 a'])
})

test('two that share the link of either end have a half of it each, while both flow', () => {
  // b has half of the link for 10 ms, in which a gets its rest of 5; then b has 5 left.
  expect(overAt({}, [transfer('a', 0, 0, 0, 10), transfer('b', 5, 0, 1, 10)])).toEqual(['15 a', '20 b'])
  expect(overAt({}, [transfer('a', 0, 0, 1, 10), transfer('b', 5, 1, 1, 10)])).toEqual(['15 a', '20 b'])
  expect(overAt({}, [transfer('a', 0, 0, 0, 10), transfer('b', 5, 1, 1, 10)])).toEqual(['10 a', '15 b'])
})

test('one that waits for its first byte takes nothing of a link', () => {
  expect(overAt({ latencyMs: 5 }, [transfer('a', 0, 0, 0, 4), transfer('b', 3, 0, 0, 4)])).toEqual([
    // a alone from 5 to 8, then both: a has 1 left and b 4.
    '10 a',
    '13 b',
  ])
})

test('where only so many may go at once, others wait their turn', () => {
  const three = [transfer('a', 0, 0, 0, 10), transfer('b', 1, 0, 1, 10), transfer('c', 2, 1, 1, 4)]
  // c comes from another engine and shares no link while b waits.
  expect(overAt({ mostAtOnce: 1 }, three)).toEqual(['6 c', '10 a', '20 b'])
})

test('in order, what goes to the same engine goes one after the other, and shares the link with what goes elsewhere', () => {
  const three = [transfer('a', 0, 0, 0, 10), transfer('b', 0, 0, 0, 10), transfer('c', 0, 0, 1, 10)]
  // a and c have a half each until both are over at 20; then b is alone.
  expect(overAt({ inOrder: true }, three)).toEqual(['20 a', '20 c', '30 b'])
  expect(overAt({}, three)).toEqual(['30 a', '30 b', '30 c'])
})

test('all pieces of one name are cancelled together', () => {
  const links = new KvLinks({ gbPerS: 1, latencyMs: 0, mostAtOnce: 0, inOrder: true })
  for (const id of ['a', 'b', 'a']) links.start(transfer(id, 0, 0, 0, 10), 0)
  links.cancel('a', 4)
  expect([links.size, links.wakeMs]).toEqual([1, 14])
})

test('a cancelled one gives its share back', () => {
  const links = new KvLinks({ gbPerS: 1, latencyMs: 0, mostAtOnce: 0, inOrder: false })
  links.start(transfer('a', 0, 0, 0, 10), 0)
  links.start(transfer('b', 0, 0, 0, 10), 0)
  expect(links.wakeMs).toBe(20)
  expect(links.cancel('b', 4)).toBe(true)
  expect(links.cancel('b', 4)).toBe(false)
  expect(links.wakeMs).toBe(12)
})
