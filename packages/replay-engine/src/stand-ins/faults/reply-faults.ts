import { eventOf } from '../stand-in-server.ts'
import type { Fault } from './fault.ts'
import {
  choice,
  counting,
  delta,
  done,
  end,
  full,
  head,
  message,
  say,
  saying,
  some,
  usage,
  write,
} from './fault-steps.ts'

const role = delta({ role: 'assistant', content: '' })
const zeros = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }
const cached = (cached_tokens: unknown) => ({ ...usage, prompt_tokens_details: { cached_tokens } })
const stream = eventOf(choice({ content: 'a' }, 'length')) + eventOf([], usage) + done

/** What goes wrong in what a reply says, though it is sent as it should be. */
export const replyFaults = {
  'empty-reply': {
    what: 'a reply ends as it should and holds no token',
    replies: [
      [head, write(done), end],
      [head, role, delta({}, 'stop'), write(done), end],
      [head, role, delta({}, 'length'), write(eventOf([], { ...usage, completion_tokens: 0 })), write(done), end],
      [head, role, delta({}, 'stop'), end],
      full({ ...message({ content: '' }), usage: undefined }),
      full({ ...message({ content: '' }), usage: zeros }),
    ],
    ends: ['empty-reply', 'empty-reply', 'empty-reply', 'empty-reply', 'empty-reply', 'empty-reply'],
  },
  'tokens-not-shown': {
    what: 'the server counts tokens that it does not show, as where a parser of tool calls keeps them back',
    replies: [
      [head, role, delta({}, 'length'), write(eventOf([], usage)), write(done), end],
      full(message({ content: '' })),
    ],
    ends: ['ok', 'ok'],
  },
  'early-end': {
    what: '[DONE] comes without a finish reason: before all tokens that were asked for, then after them',
    outputTokens: 4,
    replies: [
      [head, ...some.slice(0, 3), write(done), end],
      [head, say('a'), write(eventOf([], { ...usage, completion_tokens: 3 })), write(done), end],
      [head, ...some.slice(0, 4), write(done), end],
      [head, say('a'), write(eventOf([], usage)), write(done), end],
    ],
    ends: ['malformed-reply', 'malformed-reply', 'ok', 'ok'],
  },
  'named-error': {
    what: 'an event named `error`, with any JSON, with a text, with a comment and no data, with data like those before, or after [DONE]; and a field of that name',
    replies: [
      saying('event: error\ndata: {"reason":"it died"}\n\n'),
      saying('event: error\ndata: it died\n\n'),
      saying('event: error\n: it died\n\n'),
      saying(`event: error\n: it died\n${eventOf(choice({ content: 'f' }))}`),
      [head, say('a', 'length'), write(`${done}event: error\ndata: "it died"\n\n`), end],
      saying('error: {"code":500,"message":"it died"}\n\n'),
    ],
    ends: [
      'error-in-stream',
      'error-in-stream',
      'error-in-stream',
      'error-in-stream',
      'error-in-stream',
      'error-in-stream',
    ],
  },
  'unnamed-error': {
    what: 'an error in the data of an event: `code` and `msg`, `detail`, a text, `object` error, in a list, beside choices, in `base_resp`, or of an event named `exception`',
    replies: [
      saying('data: {"code":50001,"msg":"it died"}\n\n'),
      saying('data: {"detail":"it died"}\n\n'),
      saying('data: {"error":"it died","choices":[]}\n\n'),
      saying('data: {"object":"error","message":"it died","choices":[]}\n\n'),
      saying('data: [{"error":{"code":503,"message":"it died"}}]\n\n'),
      saying('data: {"error":{"message":"it died"},"choices":[{"index":0,"delta":{"content":""}}]}\n\n'),
      saying('data: {"base_resp":{"status_code":1002,"status_msg":"it died"}}\n\n'),
      saying('event: exception\ndata: it died\n\n'),
    ],
    ends: [
      'error-in-stream',
      'error-in-stream',
      'error-in-stream',
      'error-in-stream',
      'error-in-stream',
      'error-in-stream',
      'error-in-stream',
      'error-in-stream',
    ],
  },
  'error-in-full-reply': {
    what: 'status 200 and an error in one piece, whatever it is called',
    replies: [
      full({ error: { message: 'it died', code: 500 } }),
      full({ ...message({ content: 'a' }), error: 'it died' }),
      full({ choices: [], code: 500, msg: 'it died' }, 'text/event-stream'),
      full({ error: { message: 'the request exceeds the available context size' } }, 'text/event-stream'),
    ],
    ends: ['error-in-stream', 'error-in-stream', 'error-in-stream', 'truncated'],
  },
  'falling-usage': {
    what: 'a usage of zeros, or of less, after a true one',
    replies: [
      counting(cached(64), { ...zeros, ...cached(0), ...zeros }),
      counting(usage, { ...usage, completion_tokens: 1 }),
    ],
    ends: ['ok', 'ok'],
  },
  'implausible-usage': {
    what: 'usage that cannot be: more cached than there is, no count, none of what was seen',
    replies: [counting(cached(412)), counting({ prompt_tokens: 100.5, completion_tokens: -4 }), counting(zeros)],
    ends: ['ok', 'ok', 'ok'],
  },
  'content-parts': {
    what: 'answer and reasoning come as lists of parts, in fields beside the usual ones, spoken, or as calls of custom tools',
    replies: [
      [
        head,
        delta({ reasoning_content: [{ type: 'text', text: 'so' }] }),
        delta({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'c28=' }] }),
        delta({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'so' }] }] }),
        delta({ content: [{ type: 'text', text: 'a' }] }),
        delta({ content: [{ type: 'text', text: 'b' }] }),
        delta({ audio: { id: 'audio-1', transcript: 'c' } }),
        delta({ tool_calls: [{ index: 0, type: 'custom', custom: { name: 'read', input: 'd' } }] }, 'tool_calls'),
        write(done),
        end,
      ],
      full(
        message({
          content: [{ type: 'text', text: 'a' }],
          reasoning_details: [{ type: 'reasoning.text', text: 'so' }],
        }),
      ),
    ],
    ends: ['ok', 'ok'],
  },
  'other-content-type': {
    what: 'events under the name of JSON or of a text or under none, JSON under the name of events; with a byte order mark, blank lines and comments before',
    replies: [
      [{ do: 'head', headers: { 'content-type': 'application/json' } }, write(stream), end],
      [{ do: 'head', headers: { 'content-type': 'text/plain' } }, write(`: hello\n\n${stream}`), end],
      [
        { do: 'head', headers: { 'content-type': 'application/json; charset=utf-8' } },
        { do: 'write', text: `\u{feff}\r\n\n${stream}`, bytesPerWrite: 1 },
        end,
      ],
      [
        {
          do: 'raw',
          text: `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${stream.length}\r\n\r\n${stream}`,
        },
      ],
      full(message({ content: 'a' }), 'text/event-stream'),
      [
        { do: 'head', headers: { 'content-type': 'text/event-stream' } },
        { do: 'write', text: `\u{feff}\n ${JSON.stringify(message({ content: 'a' }))}`, bytesPerWrite: 5 },
        end,
      ],
    ],
    ends: ['ok', 'ok', 'ok', 'ok', 'ok', 'ok'],
  },
} as const satisfies Readonly<Record<string, Fault>>
