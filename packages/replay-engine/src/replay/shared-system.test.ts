import type { Trace } from '@reprise/trace'
import { expect, test } from 'vitest'
import { PromptWriter } from '../content/prompt-writer.ts'
import { NO_OVERHEAD } from '../content/template-overhead.ts'
import { corpusOf, on, traceOf } from '../corpus.fixture.ts'
import type { LoadOverrides } from '../plan/plan-load.ts'
import { planReplay } from '../plan/plan-replay.ts'
import type { PlannedRequest } from '../port/target.ts'
import { rehearse } from './replay.fixture.ts'

/** A root of so many blocks of system prompt and two more, which starts an agent of one and two. */
function agent(id: string, systemBlocks: number): Trace {
  const first = (id.charCodeAt(0) - 96) * 100
  const ids = (count: number) => Array.from({ length: count }, (_, i) => first + i)
  return traceOf(id, [
    { id: 'root', systemTokens: systemBlocks * 64, turns: [{ blocks: ids(systemBlocks + 2) }] },
    { id: 'child', parent: 0, systemTokens: 64, turns: [{ blocks: ids(3).map((x) => x + 50), needs: [on(0, 0)] }] },
  ])
}

const corpus = corpusOf([agent('a', 3), agent('b', 5)])
const once = { until: { kind: 'passes', passes: 1 } } as const

/** By trace and session: the tokens that a cache would have held, and the text of the prompt. */
async function played(overrides: LoadOverrides) {
  const { records, requests } = await rehearse({ corpus, overrides: { ...once, ...overrides } })
  const found = requests.map(
    (request, i) => [`${request.traceId}${request.sessionIndex}`, { request, record: records[i]! }] as const,
  )
  const by = new Map<string, (typeof found)[number][1]>(found)
  const hits = (name: string) => by.get(name)!.record.idealHitTokens / 64
  return { hits, alike: (one: string, other: string) => wordsAlike(by.get(one)!.request, by.get(other)!.request) / 64 }
}

const writer = new PromptWriter({
  words: ['tree', 'house', 'river', 'stone', 'cloud'],
  overhead: NO_OVERHEAD,
  blockSize: 64,
})

function wordsAlike(one: PlannedRequest, other: PlannedRequest): number {
  const [words, others] = [one, other].map(({ prompt }) => {
    const { length } = prompt.blocks
    const whole = { role: 'user', blockStart: 0, blockCount: length, tailTokens: prompt.tailTokens } as const
    return writer.messagesOf(prompt, [whole])[0]!.content.split(' ')
  })
  const end = words!.findIndex((word, i) => word !== others![i])
  // Words alike by chance are no block.
  return Math.floor((end < 0 ? words!.length : end) / 64) * 64
}

test('trees share no text by default', async () => {
  const { hits, alike } = await played({})
  expect([alike('a0', 'b0'), alike('a1', 'b1'), hits('a0'), hits('b0')]).toEqual([0, 0, 0, 0])
})

test('as much as the shorter system prompt is one text: that of roots, and another of subagents', async () => {
  const { hits, alike } = await played({ sharedSystem: 'declared' })
  expect([alike('a0', 'b0'), alike('a1', 'b1'), alike('a0', 'a1')]).toEqual([3, 1, 0])
  // Whichever comes first finds nothing.
  expect([hits('a0') + hits('b0'), hits('a1') + hits('b1')]).toEqual([3, 1])
})

test('so many tokens at most; of traces that declare no system prompt, their first', async () => {
  const { hits, alike } = await played({ sharedSystem: 130 })
  expect([alike('a0', 'b0'), hits('a0') + hits('b0'), alike('a1', 'b1')]).toEqual([2, 2, 1])
  const plain = corpusOf(['a', 'b'].map((id) => traceOf(id, [{ id: 'root', turns: [{ blocks: [1, 2, 3, 4] }] }])))
  const { records } = await rehearse({ corpus: plain, overrides: { ...once, sharedSystem: 130 } })
  expect(records.map(({ idealHitTokens }) => idealHitTokens / 64)).toEqual([0, 2])
})

test('what a turn has not kept of the system prompt is its own again', async () => {
  const turns = [{ blocks: [1, 2, 3, 4] }, { blocks: [1, 2, 8, 9] }, { blocks: [1, 2, 3, 4] }]
  const both = corpusOf(['a', 'b'].map((id) => traceOf(id, [{ id: 'root', systemTokens: 192, turns }])))
  const { requests, records } = await rehearse({ corpus: both, overrides: { ...once, sharedSystem: 'declared' } })
  expect(requests.slice(0, 3).map(({ prompt }) => [prompt.system?.blocks, ...prompt.blocks])).toEqual([
    [3, 0, 1, 2, 4],
    [2, 0, 1, 8, 9],
    [2, 0, 1, 3, 4],
  ])
  expect(records.map(({ idealHitTokens }) => idealHitTokens / 64)).toEqual([0, 2, 2, 3, 2, 2])
})

test("the block that is a play's own stays behind it, and the points of a sweep share nothing", async () => {
  const seen = await rehearse({
    corpus,
    preset: 'agentx-v1',
    overrides: { ...once, sharedSystem: 'declared', start: { min: 0, max: 0, of: 'time' } },
  })
  for (const { prompt } of seen.requests) expect(prompt.common?.ownBlock).toBeGreaterThanOrEqual(prompt.system!.blocks)
  const scopeOf = (lanes: number) => planReplay(corpus, { seed: 1, lanes, overrides: { sharedSystem: 'declared' } })
  expect(scopeOf(1).preset.changed).toEqual(['sharedSystem'])
  const [one] = seen.requests
  expect(one!.prompt.system!.scope).toMatch(/^1\/system/)
})

test('where ids are global they say who shares what', () => {
  const global = corpusOf([agent('a', 3)], { blockScope: 'global' })
  expect(() => planReplay(global, { seed: 1, lanes: 1, overrides: { sharedSystem: 'declared' } })).toThrow(
    /block ids of these traces are global.*leave it out/,
  )
})
