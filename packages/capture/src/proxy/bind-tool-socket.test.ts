import { encode } from '@msgpack/msgpack'
import { expect, onTestFinished, test } from 'vitest'
import type { ToolEvents } from '../tools/parse-tool-events.ts'
import { bindToolSocket } from './bind-tool-socket.ts'
import { RawClient } from './proxied.fixture.ts'

const latin = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
const greeting = `\xff${'\0'.repeat(8)}\x7f\x03\0NULL${'\0'.repeat(48)}`
const ready = '\x04\x1a\x05READY\x0bSocket-Type\0\0\0\x04PUSH'
const event = {
  ...{ event_type: 'tool_end', event_time_unix_ms: 500, session_id: 's' },
  tool: { tool_call_id: 'c1', tool_class: 'ls' },
}
const message = (topic: string, fields: object) => {
  const packed = encode(fields)
  return `\x01${String.fromCharCode(topic.length)}${topic}\x01\x08${'\0'.repeat(8)}\0${String.fromCharCode(packed.length)}${latin(packed)}`
}

async function bound(port = 0) {
  const told: ToolEvents[] = []
  const refused: string[] = []
  const changed = { wake: () => {} }
  const socket = await bindToolSocket({
    ...{ host: '127.0.0.1', port, topic: 't' },
    onTools: (each) => {
      told.push(each)
      changed.wake()
    },
    onRefused: (each) => refused.push(each),
  })
  onTestFinished(socket.close)
  const until = async (count: number) => {
    while (told.length < count) await new Promise<void>((resolve) => (changed.wake = resolve))
  }
  return { told, refused, until, port: Number(new URL(socket.address).port) }
}

test('what harnesses push is told, of each of them; another topic is rejected', async () => {
  const { told, refused, until, port } = await bound()
  const clients = [new RawClient(port), new RawClient(port)]
  for (const client of clients) {
    // As libzmq: the rest of the greeting waits for the other side's.
    client.send(greeting.slice(0, 10))
    await client.until(/PULL$/)
    client.send(greeting.slice(10) + ready + message('t', event) + message('other', event))
  }
  await until(4)
  for (const client of clients) client.socket.destroy()
  expect(told.flatMap(({ events }) => events)).toMatchObject([{ callId: 'c1' }, { callId: 'c1' }])
  expect(told.reduce((sum, { rejected }) => sum + rejected, 0)).toBe(2)
  expect(refused).toEqual([])
})

test('a peer that speaks something else is told of and let go, and others are heard', async () => {
  const { told, refused, until, port } = await bound()
  const stranger = new RawClient(port)
  stranger.send('GET / HTTP/1.1\r\n\r\n')
  await stranger.ended()
  expect(refused).toEqual(['a peer of the socket for tools speaks no ZeroMQ, or that of before version 4'])
  const client = new RawClient(port)
  client.send(greeting + ready + message('t', event))
  await until(1)
  client.socket.destroy()
  expect(told).toMatchObject([{ events: [{ session: 's' }] }])
})

test('a port that is taken is named, with the cure', async () => {
  const { port } = await bound()
  await expect(bound(port)).rejects.toThrow(`127.0.0.1:${port} is taken; name another port with --tools-zmq`)
})
