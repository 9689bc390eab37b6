import { createHash } from 'node:crypto'
import { type Corpus, fixedLengthCorpus } from '@reprise/trace'
import { describe, expect, test } from 'vitest'
import { WallClock } from '../clock/wall-clock.ts'
import { PromptWriter } from '../content/prompt-writer.ts'
import { NO_OVERHEAD } from '../content/template-overhead.ts'
import { WORDS } from '../content/words.ts'
import { type PresetName, presets } from '../plan/presets.ts'
import type { Shard } from '../plan/shard.ts'
import type { PlannedRequest } from '../port/target.ts'
import { deepCorpus } from '../replay/deep-corpus.fixture.ts'
import { rehearse } from '../replay/replay.fixture.ts'
import { HttpTarget } from './http-target.ts'

const deep = deepCorpus({ traces: 4, seed: 2 })
const single = fixedLengthCorpus({
  ...{ seed: 3, requests: 36, inputTokens: 900, outputTokens: 90 },
  ...{ rangeRatio: 0.8, blockSize: 64 },
})

/** Every trace is played several times. */
async function requestsOf(
  preset: PresetName,
  seed = 5,
  shard?: Shard,
): Promise<{ requests: readonly PlannedRequest[]; corpus: Corpus }> {
  const { corpus, load } = presets[preset]
  const played = corpus.kind === 'traces' ? deep : single
  const size = load.kind === 'rate' ? { sessionsPerS: 0.02 } : { lanes: 3 }
  const until =
    load.kind === 'lanes' && corpus.kind === 'traces' ? { until: { kind: 'passes', passes: 3 } as const } : {}
  const { start } = load.kind === 'lanes' ? load : {}
  const overrides = { ...until, ...(start && { start }) }
  const { requests } = await rehearse({
    corpus: played,
    preset,
    ...size,
    seed,
    overrides,
    options: shard ? { shard } : {},
  })
  return { requests, corpus: played }
}

describe.each(Object.keys(presets) as PresetName[])('%s', (preset) => {
  test('two runs of a seed send the same bytes, in the same order; another seed sends others', async () => {
    const [one, again, other] = await Promise.all([digestOf(preset), digestOf(preset), digestOf(preset, 6)])
    expect(one.requests).toBeGreaterThan(25)
    expect(again).toEqual(one)
    expect(other.digest).not.toBe(one.digest)
  })

  test('three shards send the bytes that one process sends', async () => {
    const [whole, ...shards] = await Promise.all([undefined, 0, 1, 2].map((index) => hashesOf(preset, index)))
    expect(whole!.length).toBeGreaterThan(25)
    for (const shard of shards) expect(shard.length).toBeGreaterThan(0)
    expect(shards.flat().sort()).toEqual(whole!.sort())
  })

  test('no two plays share the text of a block, unless the preset says which', async () => {
    const { requests } = await requestsOf(preset)
    const plays = [...Map.groupBy(requests, ({ lane, play }) => `${lane}.${play}`).values()]
    expect(plays.length).toBeGreaterThan(3)
    const whose = new Map<string, number>()
    for (const [i, play] of plays.entries())
      for (const { text, isCommon } of play.flatMap(blockTexts)) {
        if (isCommon) continue
        expect(whose.get(text) ?? i).toBe(i)
        whose.set(text, i)
      }
    const { load } = presets[preset]
    const says = load.kind === 'lanes' && 'cacheBust' in load
    expect(plays.flat().some(({ prompt }) => prompt.common !== undefined)).toBe(says)
  })
})

test('plays that have text in common share their system prompt and nothing behind it', async () => {
  const { requests } = await requestsOf('agentx-v1')
  const roots = requests.filter(({ traceIndex, sessionIndex }) => traceIndex === 0 && sessionIndex === 0)
  const plays = [...Map.groupBy(roots, ({ lane, play }) => `${lane}.${play}`).values()].map((play) => play.at(-1)!)
  const [one, other] = plays.map((request) => blockTexts(request).map(({ text }) => text))
  let shared = 0
  while (one![shared] !== undefined && one![shared] === other![shared]) shared += 1
  // 100 tokens of system prompt, in whole blocks.
  expect(shared).toBe(2)
  expect(one!.slice(3)).toEqual(expect.arrayContaining(other!.slice(3, 5)))
})

const writer = new PromptWriter({ words: WORDS, overhead: NO_OVERHEAD, blockSize: 64 })

function blockTexts({ prompt }: PlannedRequest): { readonly text: string; readonly isCommon: boolean }[] {
  const count = prompt.blocks.length
  if (count === 0) return []
  const segments = [{ role: 'user' as const, blockStart: 0, blockCount: count, tailTokens: 0 }]
  const words = writer.messagesOf(prompt, segments)[0]!.content.split(' ')
  return Array.from({ length: count }, (_, i) => ({
    text: words.slice(i * 64, (i + 1) * 64).join(' '),
    isCommon: prompt.common !== undefined && i !== prompt.common.ownBlock,
  }))
}

async function digestOf(preset: PresetName, seed?: number): Promise<{ requests: number; digest: string }> {
  const { requests, corpus } = await requestsOf(preset, seed)
  const hash = createHash('sha256')
  for (const body of bodiesOf(requests, corpus)) hash.update(body)
  return { requests: requests.length, digest: hash.digest('hex') }
}

/** Of each body, sent by one of three shards, or by whoever sends all. */
async function hashesOf(preset: PresetName, index: number | undefined): Promise<string[]> {
  const { requests, corpus } = await requestsOf(preset, 5, index === undefined ? undefined : { index, of: 3 })
  return Array.from(bodiesOf(requests, corpus), (body) => createHash('sha256').update(body).digest('hex'))
}

function* bodiesOf(requests: readonly PlannedRequest[], corpus: Corpus): Generator<Uint8Array> {
  const target = new HttpTarget({
    ...{ url: 'http://127.0.0.1:1', model: 'm', clock: new WallClock(), corpus },
    ...{ words: WORDS, overhead: NO_OVERHEAD, timeoutMs: 1_000 },
  })
  for (const request of requests) {
    const body = target.bodyOf(request)
    yield body
    target.giveBack(body)
  }
}
