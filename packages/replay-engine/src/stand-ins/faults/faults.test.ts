import type { Outcome } from '@reprise/wire'
import { afterEach, describe, expect, test } from 'vitest'
import { WallClock } from '../../clock/wall-clock.ts'
import { closeAll, closing, corpus, defaults } from '../../endpoint/http-target.fixture.ts'
import { HttpTarget } from '../../endpoint/http-target.ts'
import { ListeningObserver, plannedRequest } from '../../endpoint/planned-request.fixture.ts'
import type { Ending, Fault } from './fault.ts'
import { type FaultName, faults } from './faults.ts'
import { startFaultyServer } from './faulty-server.ts'

afterEach(closeAll)

/** The time limit of requests where a fault is that nothing comes; elsewhere there is time enough. */
const timeoutMs = 600
const usage = { inputTokens: 100, outputTokens: 4 }
const some = ['answer', 'answer', 'answer', 'answer', 'answer']
const ok = { kind: 'ok', finishReason: 'length' }

interface Expected {
  /** What the observer of each request hears, in order; default: not looked at. */
  readonly heard?: readonly (readonly string[])[]
  /** A part of each outcome. */
  readonly outcomes?: readonly object[]
}

/** What is to be seen of each fault, besides what its requests end as. */
const expected: Record<FaultName, Expected> = {
  'server-down': { outcomes: [{ message: expect.stringContaining('ECONNREFUSED') }] },
  'server-dies': { heard: [['sent', 'headers', 'answer']], outcomes: [{ status: 200 }] },
  'stalled-stream': {
    heard: [['sent', 'headers', 'answer']],
    outcomes: [{ status: 200, message: `the reply had not ended after ${timeoutMs} ms` }],
  },
  silence: { heard: [['sent']], outcomes: [{ message: `the reply had not begun after ${timeoutMs} ms` }] },
  'slow-headers': { heard: [['sent', 'headers', 'answer']] },
  'reset-before-reply': { heard: [['sent'], ['sent', 'headers', 'answer', 'answer', 'answer', 'answer']] },
  'reset-in-reply': { heard: [['sent', 'headers', 'answer 4']], outcomes: [{ status: 200, usage }] },
  'reset-after-done': { heard: [['sent', 'headers', 'answer']], outcomes: [ok] },
  'error-in-stream': { heard: [['sent', 'headers', ...some]], outcomes: [{ status: 200, message: 'it died' }] },
  'aborted-reply': { outcomes: [{ message: 'the server gave the reply up (finish reason abort)' }] },
  'rate-limited': { heard: [['sent', 'headers']], outcomes: [{ status: 429, message: 'slow down (Retry-After: 30)' }] },
  'server-error-burst': {
    heard: [
      ['sent', 'headers'],
      ['sent', 'headers'],
    ],
    outcomes: [{ status: 503, message: 'loading' }, { status: 502, message: '<b>Bad Gateway</b>' }, { status: 500 }],
  },
  'context-overflow': { heard: [['sent', 'headers']], outcomes: [{ status: 400 }] },
  'context-overflow-in-stream': { heard: [['sent', 'headers']], outcomes: [{ status: 200 }] },
  'idle-connection-closed': {
    heard: [[], ['sent', 'resent', 'sent', 'headers', 'answer', 'answer', 'answer', 'answer']],
  },
  'malformed-event': {
    heard: [['sent', 'headers', ...some]],
    outcomes: [{ message: 'not a JSON object: {"choices":[' }],
  },
  'malformed-http': { heard: [['sent']] },
  'cut-stream': { outcomes: [{ message: 'the stream ended without a finish reason and without [DONE]' }] },
  'not-a-reply': { heard: [['sent', 'headers']] },
  'carriage-returns': {
    heard: [
      ['sent', 'headers', 'answer', 'answer'],
      ['sent', 'headers', 'answer', 'answer'],
    ],
    outcomes: [
      { ...ok, usage },
      { ...ok, usage },
    ],
  },
  'split-characters': { heard: [['sent', 'headers', 'answer']], outcomes: [ok, { message: 'größer 語🙂' }] },
  'several-tokens-per-chunk': { heard: [['sent', 'headers', 'answer 3', 'answer 1']], outcomes: [{ ...ok, usage }] },
  'usage-only-chunk': { heard: [['sent', 'headers', 'answer']], outcomes: [{ ...ok, usage }] },
  'no-usage': { heard: [['sent', 'headers', 'answer', 'answer']] },
  'reasoning-fields': {
    heard: [
      ['sent', 'headers', 'reasoning', 'reasoning', ...some, 'answer'],
      ['sent', 'headers', ...some, 'reasoning', 'answer'],
    ],
  },
  'tool-calls': {
    heard: [['sent', 'headers', 'tool', 'tool']],
    outcomes: [{ kind: 'ok', finishReason: 'tool_calls' }],
  },
  'empty-reply': {
    heard: Array.from({ length: 6 }, () => ['sent', 'headers']),
    outcomes: Array.from({ length: 6 }, () => ({ message: 'the reply ended as it should, and held not one token' })),
  },
  'tokens-not-shown': {
    heard: [
      ['sent', 'headers'],
      ['sent', 'headers'],
    ],
    outcomes: [
      { ...ok, usage },
      { ...ok, usage },
    ],
  },
  'early-end': {
    outcomes: [
      { message: 'the reply ended after 3 of 4 tokens, without a finish reason' },
      { message: 'the reply ended after 3 of 4 tokens, without a finish reason' },
    ],
  },
  'named-error': {
    heard: [['sent', 'headers', ...some], [], [], ['sent', 'headers', ...some], ['sent', 'headers', 'answer']],
    outcomes: [
      { status: 200, message: '{"reason":"it died"}' },
      ...Array.from({ length: 5 }, () => ({ status: 200, message: 'it died' })),
    ],
  },
  'unnamed-error': {
    heard: Array.from({ length: 8 }, () => ['sent', 'headers', ...some]),
    outcomes: Array.from({ length: 8 }, () => ({ status: 200, message: 'it died' })),
  },
  'error-in-full-reply': {
    heard: Array.from({ length: 4 }, () => ['sent', 'headers']),
    outcomes: [{ message: 'it died' }, { message: 'it died' }, { message: 'it died' }],
  },
  'falling-usage': {
    outcomes: [
      { ...ok, usage: { ...usage, cachedTokens: 64, ignored: ['fell-back'] } },
      { ...ok, usage: { ...usage, ignored: ['fell-back'] } },
    ],
  },
  'implausible-usage': {
    outcomes: [
      { ...ok, usage: { ...usage, ignored: ['cached-above-input'] } },
      { ...ok, usage: { ignored: ['not-a-count'] } },
      { ...ok, usage: { ignored: ['zero-input', 'zero-output'] } },
    ],
  },
  'content-parts': {
    heard: [
      ['sent', 'headers', 'reasoning', 'reasoning', 'reasoning', 'answer', 'answer', 'answer', 'tool'],
      ['sent', 'headers', 'answer 4'],
    ],
  },
  'other-content-type': {
    heard: [
      ...Array.from({ length: 4 }, () => ['sent', 'headers', 'answer']),
      ...Array.from({ length: 2 }, () => ['sent', 'headers', 'answer 4']),
    ],
    outcomes: Array.from({ length: 6 }, () => ({ ...ok, usage })),
  },
}

describe('a fault ends in its class of outcome', { timeout: 15_000 }, () => {
  test.each(Object.entries<Fault>(faults))('%s', async (name, fault) => {
    const { outcomes, heard } = await meet(fault)
    expect(outcomes.map(endingOf)).toEqual(fault.ends)
    const { outcomes: parts = [], heard: events = [] } = expected[name as FaultName]
    if (name === 'no-usage') expect(outcomes[0]).not.toHaveProperty('usage')
    for (const [i, part] of parts.entries()) expect(outcomes[i]).toMatchObject(part)
    for (const [i, told] of events.entries()) if (told.length > 0) expect(heard[i]).toEqual(told)
  })
})

/** Sends as many requests as the fault has endings for, one after the other. */
async function meet(fault: Fault): Promise<{ outcomes: Outcome[]; heard: (readonly string[])[] }> {
  const server = await startFaultyServer((request) => fault.replies[request])
  const limit = fault.ends.includes('timeout') ? { timeoutMs } : {}
  const target = new HttpTarget({ ...defaults(), url: server.url, ...limit, clock: new WallClock() })
  closing.push(() => target.close().then(() => server.close()))
  if (fault.down) await server.close()
  const outcomes: Outcome[] = []
  const heard: (readonly string[])[] = []
  for (const i of fault.ends.keys()) {
    if (i > 0 && fault.idleMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.idleMs))
    const observer = new CountingObserver()
    outcomes.push(await target.send(plannedRequest(corpus, { turn: 0 }), observer, new AbortController().signal))
    heard.push(observer.heard)
  }
  return { outcomes, heard }
}

/** Writes down how many tokens a chunk was told to hold. */
class CountingObserver extends ListeningObserver {
  override chunk(atMs: number, kind: string, tokens?: number): void {
    super.chunk(atMs, tokens === undefined ? kind : `${kind} ${tokens}`, tokens)
  }
}

function endingOf(outcome: Outcome): Ending | 'cancelled' {
  return outcome.kind === 'failed' ? outcome.class : outcome.kind
}
