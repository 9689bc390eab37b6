import { encode } from '@msgpack/msgpack'
import { expect, test } from 'vitest'
import { parseToolMessage } from './parse-tool-message.ts'

const event = {
  ...{ schema: 'dynamo.request.trace.v1', event_type: 'tool_end', event_time_unix_ms: 1_764_361_000_500 },
  ...{ session_id: 's', tool: { tool_call_id: 'c1', tool_class: 'ls', duration_ms: 120.5 } },
}
const topic = Buffer.from('agent-tool-events')
const number = Buffer.alloc(8)
const of = (...frames: Buffer[]) => parseToolMessage(frames, 'agent-tool-events')

test('a topic, a number and a map of MessagePack: the call of a tool', () => {
  expect(of(topic, number, Buffer.from(encode(event)))).toMatchObject({
    events: [{ type: 'tool_end', session: 's', callId: 'c1', name: 'ls', startMs: 1_764_361_000_379.5 }],
    rejected: 0,
  })
})

test('written by hand, with a time of 64 bits', () => {
  const packed = Buffer.concat([
    Buffer.from('84', 'hex'),
    ...[Buffer.from([0xaa]), Buffer.from('event_type'), Buffer.from([0xaa]), Buffer.from('tool_start')],
    ...[Buffer.from([0xb2]), Buffer.from('event_time_unix_ms'), Buffer.from('cf0000019acc338cf4', 'hex')],
    ...[Buffer.from([0xaa]), Buffer.from('session_id'), Buffer.from([0xa1]), Buffer.from('s')],
    ...[Buffer.from([0xa4]), Buffer.from('tool'), Buffer.from([0x82])],
    ...[Buffer.from([0xac]), Buffer.from('tool_call_id'), Buffer.from([0xa1]), Buffer.from('c')],
    ...[Buffer.from([0xaa]), Buffer.from('tool_class'), Buffer.from([0xa2]), Buffer.from('ls')],
  ])
  expect(of(topic, number, packed).events).toEqual([
    {
      ...{ type: 'tool_start', session: 's', callId: 'c', name: 'ls' },
      ...{ atMs: 0x19acc338cf4, startMs: 0x19acc338cf4 },
    },
  ])
})

test.each([
  ['another topic', [Buffer.from('other'), number, Buffer.from(encode(event))]],
  ['two frames', [topic, Buffer.from(encode(event))]],
  ['four', [topic, number, Buffer.from(encode(event)), number]],
  ['no MessagePack', [topic, number, Buffer.from([0xc1])]],
  ['a map that does not end', [topic, number, Buffer.from([0xdf, 0xff, 0xff, 0xff, 0xff])]],
  ['JSON', [topic, number, Buffer.from(JSON.stringify(event))]],
  ['a map that tells of no tool', [topic, number, Buffer.from(encode({ ...event, tool: 1 }))]],
  ['lists in lists', [topic, number, Buffer.alloc(100_000, 0x91)]],
])('%s: rejected, and nothing else', (_, frames) => {
  expect(of(...frames)).toEqual({ events: [], rejected: 1 })
})
