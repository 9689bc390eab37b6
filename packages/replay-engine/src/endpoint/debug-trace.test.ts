import type { Observer, Outcome } from '@reprise/wire'
import { expect, test } from 'vitest'
import type { PlannedRequest } from '../port/target.ts'
import { type DebugTrace, type LegibleTarget, tracedTarget } from './debug-trace.ts'

const request: PlannedRequest = {
  id: '0.0.0.1',
  phase: 'profiling',
  lane: 0,
  play: 0,
  traceId: 'a',
  traceIndex: 0,
  sessionIndex: 0,
  turn: 1,
  inputTokens: 3,
  outputTokens: 2,
  prompt: { seed: 1, scope: 's', blockSize: 4, blocks: new Uint32Array(), tailTokens: 3, tailKey: 't' },
}
const messages = [{ role: 'user', content: 'one two three' }]

/** What was traced of a reply that says these events, a millisecond each, and what the observer was told. */
async function traced(events: readonly string[], outcome: Outcome) {
  const traces: DebugTrace[] = []
  const told: string[] = []
  const observer: Observer = {
    connecting: (atMs) => told.push(`connecting ${atMs}`),
    sent: (atMs) => told.push(`sent ${atMs}`),
    headers: (atMs) => told.push(`headers ${atMs}`),
    chunk: (atMs, kind, tokens) => told.push(`chunk ${atMs} ${kind} ${tokens}`),
    resent: () => told.push('resent'),
  }
  const target: LegibleTarget = {
    messagesOf: () => messages,
    send: async (_, seen) => {
      seen.connecting(4)
      seen.sent(5)
      seen.resent()
      seen.headers(6)
      for (const [i, event] of events.entries()) seen.raw?.(10 + i, event)
      seen.chunk(12, 'answer', 1)
      return outcome
    },
  }
  const given = await tracedTarget(target, (trace) => traces.push(trace)).send(
    request,
    observer,
    new AbortController().signal,
  )
  expect(given).toBe(outcome)
  expect(told).toEqual(['connecting 4', 'sent 5', 'resent', 'headers 6', 'chunk 12 answer 1'])
  expect(traces).toHaveLength(1)
  return traces[0]!
}

test('what was sent, and every event as it came: texts, token ids, and the rest as it is', async () => {
  const role = { choices: [{ delta: { role: 'assistant', content: '' } }], prompt_token_ids: [7, 8, 9] }
  const events = [
    JSON.stringify(role),
    '{"choices":[{"delta":{"reasoning_content":"hm"},"token_ids":[1]}]}',
    '{"choices":[{"delta":{"content":" yes"},"token_ids":[2,3]}]}',
    '[DONE]',
  ]
  const usage = { inputTokens: 3, outputTokens: 3 }
  expect(await traced(events, { kind: 'ok', finishReason: 'stop', usage })).toEqual({
    id: '0.0.0.1',
    phase: 'profiling',
    sentMs: 5,
    plannedInputTokens: 3,
    plannedOutputTokens: 2,
    messages,
    promptTokenIds: [7, 8, 9],
    chunks: [
      { atMs: 10, data: '{"choices":[{"delta":{"role":"assistant","content":""}}]}' },
      { atMs: 11, reasoning: 'hm', tokenIds: [1] },
      { atMs: 12, answer: ' yes', tokenIds: [2, 3] },
      { atMs: 13, data: '[DONE]' },
    ],
    outcome: 'ok',
    finishReason: 'stop',
    usage,
  })
})

test('a refusal: its own words, cut where they are long, and the class', async () => {
  const page = `<html>${'x'.repeat(100_000)}`
  const trace = await traced([page], { kind: 'failed', class: 'server-error', status: 500, message: 'out of blocks' })
  expect(trace).toMatchObject({ outcome: 'failed', failure: { class: 'server-error', message: 'out of blocks' } })
  expect(trace.chunks[0]?.data).toHaveLength(16_384)
})
