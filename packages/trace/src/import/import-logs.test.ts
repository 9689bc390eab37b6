import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { blocksOf } from '../blocks-of.ts'
import { toRecords } from '../convert/to-records.ts'
import type { Corpus, Session } from '../corpus.ts'
import { importLogs } from '../source/import/import-logs.ts'

const log = (name: string) => fileURLToPath(new URL(`../../fixtures/logs/${name}`, import.meta.url))
const plain = ({ turns }: Session) =>
  turns.map(({ startMs, apiMs, inputTokens, outputTokens, stopReason }) => [
    startMs,
    apiMs,
    inputTokens,
    outputTokens,
    stopReason,
  ])
const shared = ({ traces }: Corpus, trace: number, session: number) =>
  traces[trace]!.sessions[session]!.turns.map(({ sharedBlocks, ownBlocks }) => [sharedBlocks, ownBlocks.length])

describe('Claude Code', () => {
  test('a session with a subagent, a reply in two lines, an error of the client, and a line between', async () => {
    const { corpus, losses, from } = await importLogs(log('claude-code'))
    expect([from, corpus.traces.length]).toEqual(['Claude Code session logs', 1])
    const [root, child] = corpus.traces[0]!.sessions
    expect(plain(root!)).toEqual([
      [0, 5000, 9003, 120, 'tool_use'],
      [20_000, 4000, 9307, 30, 'end_turn'],
      [50_000, 8000, 9367, 8, 'end_turn'],
    ])
    expect(plain(child!)).toEqual([
      [6000, 3000, 4005, 40, 'tool_use'],
      [10_000, 8000, 4207, 20, 'end_turn'],
    ])
    expect(child).toMatchObject({ parent: 0, agentType: 'Explore' })
    expect(root!.turns.map(({ needs }) => needs)).toEqual([
      [],
      [
        { on: { session: 0, turn: 0 }, trigger: 'completion', delayMs: 2000, relation: 'sequence' },
        { on: { session: 1, turn: 1 }, trigger: 'completion', delayMs: 2000, relation: 'join' },
      ],
      [{ on: { session: 0, turn: 1 }, trigger: 'completion', delayMs: 26_000, relation: 'sequence' }],
    ])
    expect(child!.turns[0]!.needs).toEqual([
      { on: { session: 0, turn: 0 }, trigger: 'completion', delayMs: 1000, relation: 'spawn' },
    ])
    // 9003 = 140 * 64 + 43: what came later begins behind that.
    expect(shared(corpus, 0, 0)).toEqual([
      [0, 140],
      [140, 5],
      [145, 1],
    ])
    expect(root!.turns[1]).toMatchObject({ inputKinds: ['tool_result'], outputKinds: ['text'] })
    expect(root!.turns[0]!.outputKinds).toEqual(['thinking', 'tool_use'])
    expect(losses.map(({ kind, field, count }) => [kind, field, count])).toEqual([
      ['dropped', 'requests', 1],
      ['inferred', 'apiMs', 5],
    ])
  })
})

describe('Codex', () => {
  test('a thread with a tool call; counts that come again are no requests', async () => {
    const { corpus } = await importLogs(log('codex'))
    const [root] = corpus.traces[0]!.sessions
    expect(root!.id).toBe('0199aaaa-0000-7000-8000-000000000001')
    expect(plain(root!)).toEqual([
      [0, 3400, 6000, 50, undefined],
      [4800, 2200, 6200, 30, undefined],
    ])
    expect(root!.turns.map(({ model, inputKinds, outputKinds }) => [model, inputKinds, outputKinds])).toEqual([
      ['gpt-5.2-codex', ['text'], ['function_call', 'reasoning']],
      ['gpt-5.2-codex', ['function_call_output'], ['text']],
    ])
    expect(shared(corpus, 0, 0)).toEqual([
      [0, 93],
      [93, 3],
    ])
  })
})

describe('OpenTelemetry', () => {
  test('agents are sessions; messages make blocks, and where there are none the cache tells what goes on', async () => {
    const { corpus, losses } = await importLogs(log('otel'))
    expect(corpus.traces).toHaveLength(1)
    const [root, child] = corpus.traces[0]!.sessions
    expect([root!.agentType, child!.agentType, child!.parent]).toEqual(['planner', 'searcher', 0])
    expect(plain(root!)).toEqual([
      [0, 3000, 300, 40, 'stop'],
      [15_000, 4000, 380, 30, 'stop'],
    ])
    expect(root!.turns[0]!.ttftMs).toBe(500)
    expect(plain(child!)).toEqual([
      [5000, 2000, 200, 20, 'stop'],
      [8000, 5000, 260, 25, 'stop'],
    ])
    expect(shared(corpus, 0, 1)).toEqual([
      [0, 3],
      [3, 1],
    ])
    expect(shared(corpus, 0, 0)[1]![0]).toBeGreaterThan(2)
    expect(losses.map(({ kind, field }) => `${kind} ${field}`)).toEqual(
      expect.arrayContaining(['invented hash_ids', 'inferred hash_ids', 'inferred needs']),
    )
  })
})

describe('OpenAI', () => {
  test('a batch: texts that begin alike share blocks, a conversation is one session, what is missing is said', async () => {
    const { corpus, losses, tokenizer } = await importLogs(log('openai'))
    expect(tokenizer).toMatch(/^approximation/)
    expect(corpus.traces.map(({ id, sessions }) => [id, sessions[0]!.turns.length])).toEqual([
      ['request-000001', 1],
      ['request-000002', 1],
      ['request-000003', 2],
    ])
    const [cat, dog] = corpus.traces.map(({ sessions }) => [...blocksOf(sessions[0]!, 0)])
    const alike = cat!.filter((id, index) => dog![index] === id).length
    // The template has 1840 bytes, the role five: 461 tokens of four bytes, and 7 whole blocks of 64.
    expect([alike, cat!.length, dog!.length]).toEqual([7, 7, 7])
    expect(corpus.traces[0]!.sessions[0]!.turns[0]).toMatchObject({
      inputTokens: 470,
      outputTokens: 7,
      stopReason: 'stop',
    })
    const [hello, bye] = corpus.traces[2]!.sessions[0]!.turns
    expect(bye!.sharedBlocks).toBe(Math.floor(hello!.inputTokens / 64))
    expect(losses.map(({ kind, field, count }) => [kind, field, count])).toEqual(
      expect.arrayContaining([
        ['inferred', 'session', 1],
        ['inferred', 'startMs', 2],
        ['invented', 'startMs', 2],
        ['inferred', 'inputTokens', 2],
        ['invented', 'outputTokens', 2],
      ]),
    )
  })
})

test.each(['claude-code', 'codex', 'otel', 'openai'])(
  '%s: nothing of the texts is in what is written',
  async (name) => {
    const { corpus, losses } = await importLogs(log(name))
    for (const to of ['weka', 'dynamo', 'mooncake'] as const) {
      const text = [...toRecords(corpus, to).records, JSON.stringify(losses)].join('\n')
      expect(text.toLowerCase()).not.toContain('canary')
      expect(text).not.toContain('acme')
    }
  },
)

test('what is no log is refused, and says what is', async () => {
  const path = fileURLToPath(new URL('../../fixtures/mooncake-agentic.jsonl', import.meta.url))
  await expect(importLogs(path)).rejects.toThrow(
    /nothing that is known; expected OpenTelemetry spans, Codex session logs/,
  )
})
