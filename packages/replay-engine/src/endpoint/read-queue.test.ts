import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Reader, ReadQueue } from './read-queue.ts'

/** Writes down what it reads. */
class Listening implements Reader {
  text = ''
  readonly instantsMs: number[] = []

  read(bytes: Buffer, from: number, end: number, atMs: number): void {
    this.text += bytes.toString('latin1', from, end)
    this.instantsMs.push(atMs)
  }
}

const turnOfLoop = () => new Promise((resolve) => setImmediate(resolve))

test('a read that comes alone is handled at once; those right after it when all have been read, with their own instants', async () => {
  const queue = new ReadQueue()
  const [first, second] = [new Listening(), new Listening()]
  queue.push(first, Buffer.from('a..'), 1, 10)
  queue.push(second, Buffer.from('b..'), 1, 10.01)
  queue.push(first, Buffer.from('c..'), 1, 10.02)
  expect([first.text, second.text]).toEqual(['a', ''])
  await turnOfLoop()
  expect([first.text, second.text]).toEqual(['ac', 'b'])
  expect([first.instantsMs, second.instantsMs]).toEqual([[10, 10.02], [10.01]])
  queue.push(second, Buffer.from('d'), 1, 11)
  expect(second.text).toBe('bd')
})

test('while reads keep coming they wait, but not for longer than 5 ms after the first', async () => {
  const queue = new ReadQueue()
  const reader = new Listening()
  const burst = (atMs: number) => {
    for (let i = 0; i < 9; i += 1) queue.push(reader, Buffer.from('b'), 1, atMs)
  }
  for (const atMs of [10, 12, 14, 15.1]) {
    burst(atMs)
    // The first read of all came alone.
    expect(reader.text).toBe('b')
    await turnOfLoop()
  }
  expect(reader.text).toBe('b'.repeat(36))
  expect(new Set(reader.instantsMs)).toEqual(new Set([10, 12, 14, 15.1]))
})

test('who is about to tell a reader something else has its reads handled before', () => {
  const queue = new ReadQueue()
  const reader = new Listening()
  queue.push(reader, Buffer.from('a'), 1, 1)
  queue.push(reader, Buffer.from('b'), 1, 1)
  queue.flush()
  queue.flush()
  expect(reader.text).toBe('ab')
})

test('a reader that asks for the rest while it reads gets each read once', () => {
  const queue = new ReadQueue()
  const told = new Listening()
  const asking: Reader = {
    read: (bytes, from, end, atMs) => {
      queue.flush()
      told.read(bytes, from, end, atMs)
    },
  }
  for (const text of ['a', 'b', 'c']) queue.push(asking, Buffer.from(text), 1, 1)
  queue.flush()
  queue.push(asking, Buffer.from('d'), 1, 9)
  expect(told.text).toBe('abcd')
})

test('whatever the sizes and instants, each reader gets all of its bytes in their order', async () => {
  const read = fc.record({
    reader: fc.nat(3),
    bytes: fc.oneof({ weight: 9, arbitrary: fc.nat(300) }, fc.integer({ min: 3_000, max: 65_536 })),
    laterMs: fc.constantFrom(0, 0.001, 0.02, 1),
    flush: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(read, { maxLength: 200 }), async (reads) => {
      const queue = new ReadQueue()
      const readers = Array.from({ length: 4 }, () => new Listening())
      const sent = readers.map(() => '')
      // As sockets do: all read into one buffer.
      const buffer = Buffer.alloc(65_536)
      let atMs = 0
      for (const [i, { reader, bytes, laterMs, flush }] of reads.entries()) {
        atMs += laterMs
        buffer.fill(String.fromCharCode(33 + (i % 90)))
        sent[reader] += buffer.toString('latin1', 0, bytes)
        queue.push(readers[reader]!, buffer, bytes, atMs)
        if (flush) queue.flush()
      }
      await turnOfLoop()
      await turnOfLoop()
      expect(readers.map(({ text }, i) => text === sent[i])).toEqual(sent.map(() => true))
    }),
    { numRuns: 40 },
  )
})
