import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SseScanner } from './sse-scanner.ts'

describe('SseScanner', () => {
  test.each([
    ['LF', 'data: a\n\ndata: b\n\n', ['a', 'b']],
    ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
    ['CR', 'data: a\r\rdata: b\r\r', ['a', 'b']],
    ['several data lines', 'data: a\ndata: b\ndata:\n\n', ['a\nb\n']],
    ['only the first space belongs to the field', 'data:  a\n\ndata:b\n\n', [' a', 'b']],
    ['comments and other fields', ': ping\nevent: x\nid: 1\ndata: a\nretry: 5\n\n: end\n\n', ['a']],
    ['fields that merely begin like data', 'database: a\ndata: b\n\n', ['b']],
    ['a field name alone', 'data\ndata: b\n\n', ['\nb']],
    ['an event without data', 'data:\n\n\n\ndata: b\n\n', ['b']],
    ['a byte order mark', '\u{feff}data: a\n\n', ['a']],
    ['a stream that ends inside an event', 'data: a\n\ndata: [DONE]', ['a', '[DONE]']],
    ['nothing', '', []],
  ])('%s', (_, stream, events) => {
    expect(scan([Buffer.from(stream)])).toEqual(events)
  })

  test.each([
    ['data', 'event: error\ndata: {"a":1}\n\n', [['{"a":1}', '']]],
    ['no space, other line ends, data first', 'data: x\r\nevent:error\r\n\r\n', [['x', '']]],
    ['nothing else', 'event: error\n\n', [['', '']]],
    ['comments, one before', ': it\nevent: error\n:died\n\n', [['', 'it died']]],
    ['the stream ends in it', 'event: error\n: it died', [['', 'it died']]],
    ['a field of that name', 'error: {"a":1}\n\n', [['{"a":1}', '']]],
    ['the next event is none', 'event: error\n\ndata: b\n\n', [['', ''], ['b']]],
    ['other names', 'event: errors\ndata: a\n\nevent: message\ndata: b\n\nerror\ndata: c\n\n', [['a'], ['b'], ['c']]],
    ['comments of another event', ': ping\ndata: a\n\n: ping\n\nevent: error\n\n', [['a'], ['', '']]],
    [
      'a comment without an end',
      `event: error\n${': ping\n'.repeat(10_000)}\n`,
      [['', expect.stringMatching(/^(ping ?){800,1000}$/)]],
    ],
  ])('an event that is named an error: %s', (_, stream, events) => {
    for (const cuts of [[], [...stream.slice(0, 200)].map((_, at) => at)]) {
      const told: unknown[] = []
      const scanner = new SseScanner((...event) => told.push(event))
      for (const piece of cut(Buffer.from(stream), cuts)) scanner.push(piece)
      scanner.end()
      expect(told).toEqual(events)
    }
  })

  test('what is recognised is passed over, whole events alone; nothing is told twice or lost', () => {
    const event = fc.constantFrom(
      'data: a\n\n',
      'data:b\n\n',
      'data: a\ndata: b\n\n',
      'data: a\r\n\r\n',
      'data: c\n\n',
      ': a\n\n',
    )
    const cuts = fc.array(fc.nat(100), { maxLength: 10 })
    fc.assert(
      fc.property(fc.array(event), cuts, (events, at) => {
        const bytes = Buffer.from(events.join(''))
        const told: string[] = []
        let passed = 0
        let known = ''
        const scanner = new SseScanner((data) => told.push(data), {
          recogniser: {
            endOf: (read, from, end) => {
              known = read.toString('latin1', from, Math.min(from + 1, end))
              return known === 'a' || known === 'b' ? from + 1 : -1
            },
            recognised: () => {
              told.push(known)
              passed += 1
            },
          },
        })
        for (const piece of cut(bytes, at)) scanner.push(piece)
        scanner.end()
        expect(told).toEqual(scan([bytes]))
        if (at.length === 0) expect(passed).toBe(events.filter((each) => /^data: ?[ab]\n\n$/.test(each)).length)
      }),
      { numRuns: 500 },
    )
  })

  test('reads may end anywhere, inside a line end or a character too', () => {
    const text = fc.array(fc.constantFrom('é', '語', '🙂', 'a', ' ', ':'), { maxLength: 6 }).map((x) => x.join(''))
    const event = fc.record({
      lines: fc.array(text, { minLength: 1, maxLength: 3 }),
      end: fc.constantFrom('\n', '\r\n', '\r'),
    })
    const cuts = fc.array(fc.nat(200), { maxLength: 20 })
    fc.assert(
      fc.property(fc.array(event), cuts, (events, at) => {
        const stream = events
          .map(({ lines, end }) => lines.map((line) => `data: x${line}${end}`).join('') + end)
          .join('')
        expect(scan(cut(Buffer.from(stream), at))).toEqual(
          events.map(({ lines }) => lines.map((line) => `x${line}`).join('\n')),
        )
      }),
      { numRuns: 500 },
    )
  })

  test('what stands around a read in its buffer is not of it, however long its lines are', () => {
    const lengths = fc.array(fc.nat(1_500), { minLength: 1, maxLength: 4 })
    const cuts = fc.array(fc.nat(4_000), { maxLength: 4 })
    fc.assert(
      fc.property(lengths, fc.constantFrom('\n', '\r\n', '\r'), cuts, (lengths, lineEnd, at) => {
        const stream = Buffer.from(
          lengths.map((length) => `data: ${'x'.repeat(length + 1)}${lineEnd}${lineEnd}`).join(''),
        )
        const told: number[] = []
        const scanner = new SseScanner((data) => told.push(data.length))
        for (const piece of cut(stream, at)) {
          const buffer = Buffer.alloc(piece.length + 20, '\r\ndata:\n')
          scanner.push(Buffer.concat([buffer.subarray(0, 9), piece, buffer]), 9, 9 + piece.length)
        }
        scanner.end()
        expect(told).toEqual(lengths.map((length) => length + 1))
      }),
    )
  })

  test('a read buffer that is used again does not change what was read', () => {
    const events: string[] = []
    const scanner = new SseScanner((data) => events.push(data))
    const buffer = Buffer.from('data: hel')
    scanner.push(buffer)
    buffer.fill(0)
    scanner.push(Buffer.from('lo\n\n'))
    expect(events).toEqual(['hello'])
  })

  test('an event past the limit is refused, in one line or in many', () => {
    const scanner = () => new SseScanner(() => {}, { maxEventBytes: 8 })
    expect(() => scanner().push(Buffer.from('data: 0123456789\n\n'))).toThrow(RangeError)
    expect(() => scanner().push(Buffer.from('data: 0123456789'))).toThrow(RangeError)
    expect(() => scanner().push(Buffer.from('data: 0123\ndata: 4567\n'))).toThrow(RangeError)
  })
})

function scan(reads: readonly Uint8Array[]): string[] {
  const events: string[] = []
  const scanner = new SseScanner((data) => events.push(data))
  for (const read of reads) scanner.push(read)
  scanner.end()
  return events
}

function cut(bytes: Buffer, at: readonly number[]): Uint8Array[] {
  const ends = [...at.filter((end) => end < bytes.length), bytes.length].sort((a, b) => a - b)
  return ends.map((end, i) => new Uint8Array(bytes.subarray(ends[i - 1] ?? 0, end)))
}
