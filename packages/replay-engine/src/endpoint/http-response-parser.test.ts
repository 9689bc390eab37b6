import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HttpResponseParser } from './http-response-parser.ts'
import { MalformedHttp } from './malformed-http.ts'

const chunkedHead = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
const lengthHead = (bytes: number) => `HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\n\r\n`

const samples: Readonly<Record<string, { readonly text: string; readonly body: string }>> = {
  'a length': { text: `${lengthHead(5)}a\r\n\0b`, body: 'a\r\n\0b' },
  'a length of nothing': { text: lengthHead(0), body: '' },
  chunks: { text: `${chunkedHead}1\r\na\r\n00A\r\n0\r\n\r\n12345\r\n0\r\n\r\n`, body: 'a0\r\n\r\n12345' },
  'extensions and trailers': {
    text: `${chunkedHead}3;a=b;c="d"\r\nxyz\r\n1 \r\n!\r\n0;last\r\nX-Sum: 1\r\nY:\r\n\r\n`,
    body: 'xyz!',
  },
  'interim replies': {
    text: `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${lengthHead(2)}ok`,
    body: 'ok',
  },
  'no content': { text: 'HTTP/1.1 204 No Content\r\n\r\n', body: '' },
}

describe('HttpResponseParser', () => {
  describe.each(Object.entries(samples))('%s', (_, { text, body }) => {
    test('is read alike wherever two reads meet, and byte by byte', () => {
      const bytes = Buffer.from(text, 'latin1')
      for (let at = 0; at <= bytes.length; at += 1) expect(parse(bytes, [at]).body).toBe(body)
      expect(parse(bytes, [...bytes.keys()]).body).toBe(body)
    })

    test('is complete with its last byte and not before; what follows is left', () => {
      const bytes = Buffer.from(`${text}HTTP/1.1`, 'latin1')
      const whole = parse(bytes, [])
      expect([whole.isComplete, whole.readTo]).toEqual([true, text.length])
      const short = parse(bytes.subarray(0, text.length - 1), [])
      expect([short.isComplete, short.endsWithConnection]).toEqual([false, false])
    })
  })

  test('random chunks, extensions and trailers in random reads are the body that was sent', () => {
    const token = fc.stringMatching(/^[a-z]{1,8}$/)
    const chunk = fc.record({
      data: fc.uint8Array({ minLength: 1, maxLength: 40 }),
      zeros: fc.nat(3),
      extension: fc.option(token, { nil: '' }),
      upper: fc.boolean(),
    })
    const cuts = fc.array(fc.nat(600), { maxLength: 30 })
    fc.assert(
      fc.property(
        fc.array(chunk, { maxLength: 8 }),
        fc.array(token, { maxLength: 3 }),
        cuts,
        (chunks, trailers, at) => {
          const pieces = chunks.map(({ data, zeros, extension, upper }) => {
            const hex = data.length.toString(16)
            const size = '0'.repeat(zeros) + (upper ? hex.toUpperCase() : hex) + (extension && `;${extension}=1`)
            return Buffer.concat([Buffer.from(`${size}\r\n`), data, Buffer.from('\r\n')])
          })
          const end = `0\r\n${trailers.map((name) => `${name}: x\r\n`).join('')}\r\n`
          const bytes = Buffer.concat([Buffer.from(chunkedHead), ...pieces, Buffer.from(end)])
          const { body, isComplete, readTo } = parse(bytes, at)
          expect(body).toBe(Buffer.concat(chunks.map(({ data }) => data)).toString('latin1'))
          expect([isComplete, readTo]).toEqual([true, bytes.length])
        },
      ),
      { numRuns: 500 },
    )
  })

  test('a body without a length goes on until the connection ends', () => {
    const { body, isComplete, endsWithConnection } = parse(
      Buffer.from('HTTP/1.0 200 OK\r\n\r\nHTTP/1.1 500\r\n\r\n'),
      [25],
    )
    expect([body, isComplete, endsWithConnection]).toEqual(['HTTP/1.1 500\r\n\r\n', false, true])
  })

  test('the next reply begins anew', () => {
    const parser = new HttpResponseParser()
    for (const { text, body } of [...Object.values(samples), ...Object.values(samples)]) {
      expect(parseWith(parser, Buffer.from(text, 'latin1'), []).body).toBe(body)
    }
  })

  test.each<[string, string, string]>([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6', 'not HTTP/1'],
    ['no HTTP from the first byte on', '\u0015\u0003\u0001', 'not HTTP/1'],
    ['lines of the head that end in LF', 'HTTP/1.1 200 OK\n\n', 'CRLF'],
    ['lines of the head that end in CR', 'HTTP/1.1 200 OK\r\r', 'CRLF'],
    ['a status line of another kind', 'HTTP/1.1 OK\r\n\r\n', 'status line'],
    ['a head without an end', `HTTP/1.1 200 OK\r\na: ${'x'.repeat(70_000)}`, 'larger than'],
    ['interim replies without an end', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(3_000), 'larger than'],
    ['a chunk without a size', `${chunkedHead}\r\n`, 'without a size'],
    ['a chunk whose size is no number', `${chunkedHead}g\r\n`, 'without a size'],
    ['a chunk whose size ends oddly', `${chunkedHead}1x\r\n`, 'hexadecimal'],
    ['a negative size', `${chunkedHead}-1\r\n`, 'without a size'],
    ['a size past all numbers', `${chunkedHead}fffffffffffffff\r\n`, 'larger than'],
    ['a size of zeros without an end', chunkedHead + '0'.repeat(20_000), 'do not end'],
    ['an extension without an end', `${chunkedHead}1;${'x'.repeat(20_000)}`, 'do not end'],
    ['trailers without an end', `${chunkedHead}0\r\n${'a: b\r\n'.repeat(5_000)}`, 'do not end'],
    ['a size line that ends in LF', `${chunkedHead}1\na\r\n`, 'hexadecimal'],
    ['an extension that ends in LF', `${chunkedHead}1;a\na\r\n`, 'LF'],
    ['a chunk longer than its size', `${chunkedHead}1\r\nab\r\n`, 'line end'],
    ['a trailer that ends in LF', `${chunkedHead}0\r\na: b\n\r\n`, 'LF'],
  ])('%s is refused, in one read and byte by byte', (_, text, message) => {
    const bytes = Buffer.from(text, 'latin1')
    expect(() => parse(bytes, [])).toThrow(MalformedHttp)
    expect(() => parse(bytes, [])).toThrow(message)
    expect(() => parse(bytes, [...bytes.keys()])).toThrow(message)
  })
})

interface Parsed {
  readonly body: string
  readonly isComplete: boolean
  /** Position after the last byte that was taken. */
  readonly readTo: number
  readonly endsWithConnection: boolean
}

function parse(bytes: Buffer, cuts: readonly number[]): Parsed {
  return parseWith(new HttpResponseParser(), bytes, cuts)
}

/** As a connection does: each read stands somewhere in a buffer whose other bytes, and old bytes, are nobody's. */
function parseWith(parser: HttpResponseParser, bytes: Buffer, cuts: readonly number[]): Parsed {
  const buffer = Buffer.alloc(bytes.length + 16, 'HTTP/1.1 \r\n')
  let body = ''
  let heads = 0
  parser.begin({
    head: () => {
      heads += 1
    },
    body: (read, from, end) => {
      expect([read, heads]).toEqual([buffer, 1])
      body += read.toString('latin1', from, end)
    },
  })
  const ends = [...cuts.filter((end) => end < bytes.length), bytes.length].sort((a, b) => a - b)
  let from = 0
  let readTo = 0
  for (const end of ends) {
    bytes.copy(buffer, 7, from, end)
    if (!parser.isComplete) readTo = from - 7 + parser.push(buffer, 7, 7 + end - from)
    from = end
  }
  const { isComplete } = parser
  return { body, isComplete, readTo, endsWithConnection: !isComplete && parser.end() }
}
