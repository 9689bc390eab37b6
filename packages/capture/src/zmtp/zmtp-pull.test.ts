import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ZmtpPull } from './zmtp-pull.ts'

const greeting = Buffer.from(`ff00000000000000007f${'0301'}${'4e554c4c'.padEnd(40, '0')}00${'00'.repeat(31)}`, 'hex')
/** READY with the properties that libzmq sends. */
const ready = Buffer.from(
  '0427' + '055245414459' + '0b536f636b65742d54797065' + '0000000450555348' + '084964656e74697479' + '00000000',
  'hex',
)
const message = Buffer.concat([
  Buffer.from([1, 5]),
  Buffer.from('topic'),
  Buffer.from([1, 8, 0, 0, 0, 0, 0, 0, 0, 7]),
  // A long frame, though it is short.
  Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 2, 0x81, 0xc0]),
])
const frames = ['topic', '\0\0\0\0\0\0\0\x07', '\x81\xc0']

const latin = (messages: readonly (readonly Buffer[])[]) =>
  messages.map((each) => each.map((frame) => frame.toString('latin1')))

test('what is said first: a greeting of 64 bytes, and that this side pulls', () => {
  const said = new ZmtpPull().greeting
  expect(said.subarray(0, 64).equals(greeting)).toBe(true)
  expect(said.subarray(64).toString('latin1')).toBe('\x04\x1a\x05READY\x0bSocket-Type\0\0\0\x04PULL')
})

test('messages are their frames, in whatever pieces they come', () => {
  const all = Buffer.concat([greeting, ready, message, message])
  fc.assert(
    fc.property(fc.array(fc.nat(all.length), { maxLength: 12 }), (cuts) => {
      const peer = new ZmtpPull()
      const ends = [...cuts, all.length].sort((a, b) => a - b)
      const found = ends.flatMap((end, at) => peer.read(all.subarray(ends[at - 1] ?? 0, end)).messages)
      expect(latin(found)).toEqual([frames, frames])
      expect(peer.isReady).toBe(true)
    }),
  )
})

test('a heartbeat is answered with what it holds, in the middle of a message too', () => {
  const peer = new ZmtpPull()
  const ping = Buffer.concat([Buffer.from([4, 10, 4]), Buffer.from('PING'), Buffer.from([0, 100]), Buffer.from('ctx')])
  const first = peer.read(Buffer.concat([greeting, ready, message.subarray(0, 7), ping]))
  expect(first.answer.toString('latin1')).toBe('\x04\x08\x04PONGctx')
  expect(latin(peer.read(message.subarray(7)).messages)).toEqual([frames])
})

const long = (bytes: bigint) => {
  const head = Buffer.alloc(9)
  head[0] = 2
  head.writeBigUInt64BE(bytes, 1)
  return head
}
const curve = Buffer.from(greeting)
curve.write('CURVE', 12)
const old = Buffer.from(greeting)
old[10] = 1

test.each([
  ['no ZeroMQ', [Buffer.from('GET / HTTP/1.1\r\n')], 'speaks no ZeroMQ'],
  ['that of before version 4', [old], 'update it'],
  ['that of before version 3', [Buffer.from('ff000000000000000100', 'hex')], 'speaks no ZeroMQ, or'],
  ['with a mechanism', [curve], 'mechanism CURVE; only NULL'],
  [
    'a socket that pulls',
    [greeting, Buffer.from(ready.toString('latin1').replace('PUSH', 'PULL'), 'latin1')],
    'is a PULL where a PUSH is wanted',
  ],
  ['a message before its turn', [greeting, message], 'before it says that it is ready'],
  ['a message without end', [greeting, ready, long(2n ** 40n)], 'more than 1048576 bytes'],
  ['a number of frames without end', [greeting, ready, Buffer.alloc(200, Buffer.from([1, 0]))], 'or 64 frames'],
  ['a command without end', [greeting, Buffer.from([6, 0, 0, 0, 0, 0, 1, 0, 0])], 'a command of more than 4096 bytes'],
  ['flags that there are none of', [greeting, ready, Buffer.from([8, 0])], 'none of ZMTP 3'],
])('%s: refused, and why', (_, pieces, words) => {
  const peer = new ZmtpPull()
  expect(() => pieces.map((piece) => peer.read(piece))).toThrow(words)
})

test('whatever comes is read or refused, and nothing else happens', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const peer = new ZmtpPull()
      peer.read(greeting)
      try {
        peer.read(ready)
        peer.read(Buffer.from(bytes))
      } catch (error) {
        expect(error).toMatchObject({ name: 'ZmtpError' })
      }
    }),
  )
})
