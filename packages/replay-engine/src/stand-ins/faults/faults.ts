import { eventOf } from '../stand-in-server.ts'
import type { Fault } from './fault.ts'
import {
  choice,
  counted,
  crlf,
  delta,
  done,
  end,
  head,
  moment,
  refuse,
  say,
  some,
  usage,
  whole,
  write,
} from './fault-steps.ts'
import { replyFaults } from './reply-faults.ts'

/** Everything that the tests let go wrong on the wire, and what a request then comes to. docs/glossary.md has the same list in words. */
export const faults = {
  'server-down': { what: 'nobody listens', down: true, replies: [], ends: ['connect'] },
  'server-dies': {
    what: 'the server dies in the middle of a reply, and stays down',
    replies: [[head, say('a'), moment, { do: 'die' }]],
    ends: ['disconnect', 'connect', 'connect'],
  },
  'stalled-stream': {
    what: 'the stream begins, and then nothing comes',
    replies: [[head, say('a')]],
    ends: ['timeout', 'ok'],
  },
  silence: { what: 'the server takes the request and never replies', replies: [[]], ends: ['timeout', 'ok'] },
  'slow-headers': {
    what: 'headers come late, as after a long prefill',
    replies: [[{ do: 'wait', ms: 1_500 }, head, say('a', 'length'), write(done), end]],
    ends: ['ok'],
  },
  'reset-before-reply': {
    what: 'the connection is reset before the reply',
    replies: [[{ do: 'reset' }]],
    ends: ['disconnect', 'ok'],
  },
  'reset-in-reply': {
    what: 'the connection is reset in the middle of a reply',
    replies: [[head, write(eventOf(choice({ content: 'a' }), usage)), moment, { do: 'reset' }]],
    ends: ['disconnect', 'ok'],
  },
  'reset-after-done': {
    what: 'the connection is reset after the last event',
    replies: [[head, say('a', 'length'), write(done), moment, { do: 'reset' }]],
    ends: ['ok', 'ok'],
  },
  'error-in-stream': {
    what: 'status 200, some tokens, then an error',
    replies: [[head, ...some, write('data: {"error":{"message":"it died","code":500}}\n\n'), write(done), end]],
    ends: ['error-in-stream'],
  },
  'aborted-reply': {
    what: 'the server gives a reply up and says so in its finish reason',
    replies: [[head, say('a', 'abort'), write(done), end]],
    ends: ['error-in-stream'],
  },
  'rate-limited': {
    what: 'status 429 with Retry-After',
    replies: [refuse(429, { error: { message: 'slow down' } }, { 'retry-after': '30' })],
    ends: ['rate-limited', 'ok'],
  },
  'server-error-burst': {
    what: 'a few replies with a 5xx status, then all is well',
    replies: [
      refuse(503, { error: { message: 'loading' } }),
      [{ do: 'head', status: 502, headers: { 'content-type': 'text/html' } }, write('<b>Bad Gateway</b>'), end],
      refuse(500, { detail: 'boom' }),
    ],
    ends: ['server-error', 'server-error', 'server-error', 'ok'],
  },
  'context-overflow': {
    what: 'the prompt does not fit, told by status 400',
    replies: [refuse(400, { error: { message: "This model's maximum context length is 50 tokens." } })],
    ends: ['truncated'],
  },
  'context-overflow-in-stream': {
    what: 'the prompt does not fit, told inside a stream',
    replies: [[head, write('data: {"error":{"message":"prompt is too long: 100 tokens > 50 maximum"}}\n\n'), end]],
    ends: ['truncated'],
  },
  'idle-connection-closed': {
    what: 'a connection that was idle is closed just as it is used again',
    replies: [undefined, [{ do: 'reset' }]],
    idleMs: 600,
    ends: ['ok', 'ok'],
  },
  'malformed-event': {
    what: 'an event that is not JSON',
    replies: [[head, ...some, write('data: {"choices":[\n\n'), write(done), end]],
    ends: ['malformed-reply', 'ok'],
  },
  'malformed-http': {
    what: 'bytes that are not HTTP',
    replies: [[{ do: 'raw', text: 'SSH-2.0-OpenSSH_9.6\r\n\r\n' }, moment, { do: 'reset' }]],
    ends: ['malformed-reply', 'ok'],
  },
  'cut-stream': {
    what: 'the stream ends properly, but without a finish reason and [DONE]',
    replies: [[head, say('a'), end]],
    ends: ['malformed-reply'],
  },
  'not-a-reply': {
    what: 'status 200 and a page',
    replies: [[{ do: 'head', headers: { 'content-type': 'text/html' } }, write('<html>welcome</html>'), end]],
    ends: ['malformed-reply'],
  },
  'carriage-returns': {
    what: 'lines end in CRLF, cut between CR and LF, or in CR',
    replies: [
      [head, ...whole(crlf, 1), end],
      [head, ...whole((text) => text.replaceAll('\n', '\r')), end],
    ],
    ends: ['ok', 'ok'],
  },
  'split-characters': {
    what: 'UTF-8 characters are split across reads',
    replies: [
      [head, { do: 'write', text: eventOf(choice({ content: '語🙂' }, 'length')), bytesPerWrite: 1 }, write(done), end],
      [head, { do: 'write', text: 'data: {"error":{"message":"größer 語🙂"}}\n\n', bytesPerWrite: 1 }, end],
    ],
    ends: ['ok', 'error-in-stream'],
  },
  'several-tokens-per-chunk': {
    what: 'a chunk holds several tokens, as with speculative decoding',
    replies: [[head, ...counted([3, 4]), write(done), end]],
    ends: ['ok'],
  },
  'usage-only-chunk': {
    what: 'a last chunk with usage and no choices',
    replies: [[head, say('a', 'length'), moment, write(eventOf([], usage)), write(done), end]],
    ends: ['ok'],
  },
  'no-usage': {
    what: 'the server reports no usage',
    replies: [[head, say('a'), say('b', 'length'), write(done), end]],
    ends: ['ok'],
  },
  'reasoning-fields': {
    what: 'reasoning comes as `reasoning` or as `reasoning_content`',
    replies: [
      [head, delta({ reasoning: 'so' }), delta({ reasoning: 'so' }), ...some, say('a', 'stop'), write(done), end],
      [head, ...some, delta({ reasoning_content: 'so' }), say('a', 'stop'), write(done), end],
    ],
    ends: ['ok', 'ok'],
  },
  'tool-calls': {
    what: 'tokens come as deltas of a tool call',
    replies: [
      [
        head,
        delta({ tool_calls: [{ index: 0, id: 'call-1', function: { name: 'read', arguments: '' } }] }),
        delta({ tool_calls: [{ index: 0, function: { arguments: '{"path":1}' } }] }, 'tool_calls'),
        write(done),
        end,
      ],
    ],
    ends: ['ok'],
  },
  ...replyFaults,
} as const satisfies Readonly<Record<string, Fault>>

export type FaultName = keyof typeof faults
