import { expect, test } from 'vitest'
import { renderCaptured, renderProgress, summarize } from './render-capture.ts'

const counts = {
  requests: { chat: 10, completions: 0, responses: 0, messages: 2, other: 3 },
  open: 1,
  upgrades: 1,
  requestBytes: 1_500_000,
  replyBytes: 900,
  ends: { complete: 12, 'client-gone': 2, 'upstream-died': 0, stalled: 0, 'proxy-closed': 0 },
}
const tools = { accepted: 3, rejected: 0 }
const recorded = {
  totals: {
    ...{ requests: 9, sessions: 2, inputTokens: 12_345, outputTokens: 67 },
    unrecorded: new Map([['refused by the upstream', 1]]),
  },
  shards: { shards: 1, lines: 9, bytes: 2_500, lostLines: 0 },
  lost: { 'too-large': 1, 'too-fast': 0 },
}

test('while it is on: one line', () => {
  expect(renderProgress({ counts: () => counts, progress: () => recorded })).toBe(
    '15 requests (1 open) · 9 recorded · 2 sessions · 12,345 tokens in, 67 out · 1.5 MB passed on · 2.5 kB written · 1 lost',
  )
  expect(renderProgress({ counts: () => counts, progress: () => undefined })).toContain('0 recorded')
})

test('at its end: what was captured, what was not and why, and the next command', () => {
  const refusals = new Map([['nobody there', 2]])
  expect(renderCaptured(summarize({ folder: 'my captures/a', counts, tools, recorded, refusals }))).toBe(
    [
      'captured 9 requests of 2 sessions in my captures/a: 12,345 tokens in, 67 out; 1 shard, 2.5 kB',
      '  not complete: 2 client-gone',
      '  told of tools: 3 events',
      '  passed on, not recorded: 3 on other paths, 1 upgraded',
      '  lost: 1 too large to be recorded, 1 refused by the upstream',
      '  the upstream did not reply: 2 nobody there',
      "next: npx reprise trace check 'my captures/a' --expect-requests 9",
      '',
    ].join('\n'),
  )
})

test('with nothing recorded, or a thread that died, it asks about the address', () => {
  const shown = renderCaptured(summarize({ folder: 'a', counts, tools, recorded: undefined, refusals: new Map() }))
  expect(shown).toContain('captured 0 requests of 0 sessions')
  expect(shown).toMatch(/is the client given the address of the proxy as base URL\?\n$/)
})

test('records that the disk refused are no requests of the trace', () => {
  const full = { ...recorded, shards: { ...recorded.shards, lostLines: 4 } }
  expect(summarize({ folder: 'a', counts, tools, recorded: full, refusals: new Map() })).toMatchObject({
    requests: 5,
    lost: { disk: 4, tooLarge: 1 },
  })
})
