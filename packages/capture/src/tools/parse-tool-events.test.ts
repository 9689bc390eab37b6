import { expect, test } from 'vitest'
import { parseToolEvents } from './parse-tool-events.ts'

const tool = { tool_call_id: 'c1', tool_class: 'ls' }
const flat = {
  schema: 'dynamo.request.trace.v1',
  event_type: 'tool_end',
  event_time_unix_ms: 500,
  session_id: 's',
  tool,
}
const ended = { type: 'tool_end', session: 's', callId: 'c1', name: 'ls', atMs: 500, endMs: 500 }

test.each([
  ['as a harness sends it', flat, ended],
  [
    'as a whole record',
    { ...flat, session_id: undefined, agent_context: { session_id: 's', parent_session_id: 'p' } },
    { ...ended, parent: 'p' },
  ],
  ['with a duration', { ...flat, tool: { ...tool, duration_ms: 120.4 } }, { ...ended, startMs: 379.6 }],
  [
    'a start',
    { ...flat, event_type: 'tool_start' },
    { type: 'tool_start', session: 's', callId: 'c1', name: 'ls', atMs: 500, startMs: 500 },
  ],
  [
    'names that cannot be printed',
    { ...flat, session_id: 's\u001b[2J', tool: { ...tool, secret: 'x' } },
    { ...ended, session: 's_[2J' },
  ],
])('%s', (_, record, event) => expect(parseToolEvents(record)).toEqual({ events: [event], rejected: 0 }))

test('records that are none are counted, and the others of the list are taken', () => {
  const bad = [
    1,
    {},
    { ...flat, event_type: 'request_end' },
    { ...flat, tool: { ...tool, started_at_unix_ms: 600 } },
    { ...flat, session_id: '' },
  ]
  expect(parseToolEvents([...bad, flat])).toEqual({ events: [ended], rejected: 5 })
})

test('spans of tools are taken, other spans are nobody’s concern', () => {
  const attributes = (pairs: Record<string, string>) =>
    Object.entries(pairs).map(([key, stringValue]) => ({ key, value: { stringValue } }))
  const span = (pairs: Record<string, string>) => ({
    ...{ spanId: 'ab', startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000000250999999' },
    attributes: attributes({ 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'ls', ...pairs }),
  })
  const spans = [
    span({ 'gen_ai.conversation.id': 's', 'error.type': 'x' }),
    span({}),
    span({ 'gen_ai.operation.name': 'chat' }),
  ]
  expect(parseToolEvents({ resourceSpans: [{ scopeSpans: [{ spans }] }] })).toEqual({
    events: [
      {
        type: 'tool_error',
        session: 's',
        callId: 'ab',
        name: 'ls',
        atMs: 1_700_000_000_250,
        startMs: 1_700_000_000_000,
        endMs: 1_700_000_000_250,
      },
    ],
    rejected: 1,
  })
})
