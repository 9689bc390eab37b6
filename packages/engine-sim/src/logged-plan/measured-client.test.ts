import { expect, test } from 'vitest'
import { tinyConfig } from '../core/engine.fixture.ts'
import type { EngineConfig } from '../core/engine-config.ts'
import type { LateClient } from './late-client.ts'
import { measuredClient } from './measured-client.ts'
import { runClosedLoop } from './run-closed-loop.ts'
import { servedFigures } from './served-figures.ts'

const draw = (at: number, salt: number, below: number) => (Math.imul(at * 31 + salt, 0x9e3779b1) >>> 8) % below

const lanes = Array.from({ length: 6 }, (_, lane) =>
  Array.from({ length: 20 }, (_, at) => ({
    request: {
      id: `${lane}.${at}`,
      promptTokens: 20 + draw(10 * at + lane, 1, 300),
      outputTokens: 10 + draw(10 * at + lane, 2, 40),
      blockKeys: new Float64Array(0),
      finishReason: 'length' as const,
    },
    delayMs: draw(10 * at + lane, 3, 400),
  })),
)
const engine: EngineConfig = {
  ...{ schema: 'engine/1', model: 'own', scheduler: tinyConfig({ numBlocks: 4_000, maxModelLen: 1_000 }) },
  stepTime: {
    ...{ baseMs: 5, prefillMsPerToken: 0.05, prefillMsPerMillionTokenContext: 3 },
    ...{ decodeMsPerSequence: 0.1, decodeMsPerThousandContext: 0.04 },
  },
}

test('a client that stood still is found in its records, and the same plan is predicted with it', () => {
  // For 600 ms of every second.
  const until = (atMs: number) => (atMs % 1_000 < 600 ? atMs - (atMs % 1_000) + 600 : atMs)
  const dueMs = new Map<string, number>()
  const client: LateClient = {
    sendsMs: (id, due) => {
      dueMs.set(id, due)
      return until(due)
    },
    seesMs: until,
  }
  const play = (of?: LateClient) => runClosedLoop({ lanes }, engine, of && { client: of })
  const records = play(client).map((each) => ({ ...each, dueMs: dueMs.get(each.id)!, chunks: each.outputTokens }))
  const punctual = play()
  const found = measuredClient(records, punctual)
  expect(found.stalls.length).toBeGreaterThan(3)
  const beganMs = Math.min(...dueMs.values())
  for (const { fromMs, toMs } of found.stalls) {
    // No stall that was none: it ends when the client awoke, and began while it was not seen.
    expect((toMs + beganMs) % 1_000).toBeCloseTo(600, 6)
    expect(
      records.filter(({ sentMs, firstMs }) =>
        [sentMs, firstMs].some((ms) => ms > fromMs + beganMs + 1 && ms < toMs + beganMs - 1),
      ),
    ).toEqual([])
  }
  const [measured, given, without] = [records, play(found), punctual].map(servedFigures)
  const off = ({ outputTokensPerS }: NonNullable<typeof given>) =>
    Math.abs(outputTokensPerS / measured!.outputTokensPerS - 1)
  expect(off(given!)).toBeLessThan(0.1)
  expect(off(without!)).toBeGreaterThan(0.5)
})

test('what was late by less is sent as late, by its name; the play may begin at another instant than the run', () => {
  const run = { promptTokens: 10, outputTokens: 2, cachedTokens: 0, firstMs: 5_300, lastMs: 5_400 }
  const records = [
    { ...run, id: 'a', dueMs: 5_000, sentMs: 5_003 },
    { ...run, id: 'b', dueMs: 5_100, sentMs: 5_200 },
  ]
  const punctual = [{ ...run, id: 'a', sentMs: 40, firstMs: 60, lastMs: 70 }]
  const client = measuredClient(records, punctual)
  expect(client.stalls).toEqual([{ fromMs: 100, toMs: 200 }])
  expect(client.sendsMs('a', 50)).toBe(53)
  expect(client.sendsMs('b', 50)).toBe(50)
  expect(client.sendsMs('a', 200)).toBe(243)
  expect([139, 140, 239, 240].map(client.seesMs)).toEqual([139, 240, 240, 240])
})
