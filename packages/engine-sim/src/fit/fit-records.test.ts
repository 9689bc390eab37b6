import { expect, test } from 'vitest'
import { defaultEngine } from '../core/default-engine.ts'
import type { EngineRequest } from '../core/engine-request.ts'
import { runClosedLoop } from '../logged-plan/run-closed-loop.ts'
import { fitRecords } from './fit-records.ts'
import { stepLimitsOf } from './step-limits-of.ts'

const constants = {
  baseMs: 6,
  prefillMsPerToken: 0.02,
  prefillMsPerMillionTokenContext: 8,
  decodeMsPerSequence: 0.3,
  decodeMsPerThousandContext: 0.1,
}
const { scheduler } = defaultEngine()
const limits = stepLimitsOf({
  ...scheduler,
  maxNumBatchedTokens: 1024,
  maxModelLen: 10_000,
  enablePrefixCaching: false,
})
const draw = (at: number, salt: number, below: number) => (Math.imul(at * 31 + salt, 0x9e3779b1) >>> 8) % below

/** Twelve clients, each with requests of drawn lengths and pauses, on an engine that has those constants and 15 ms before it. */
function played() {
  const turn = (at: number): { request: EngineRequest; delayMs: number } => ({
    request: {
      id: String(at),
      promptTokens: 20 + draw(at, 1, at % 3 === 0 ? 6_000 : 400),
      outputTokens: 2 + draw(at, 2, 120),
      blockKeys: new Float64Array(0),
      finishReason: 'length',
    },
    delayMs: draw(at, 3, 4_000),
  })
  const lanes = Array.from({ length: 12 }, (_, lane) => Array.from({ length: 25 }, (_, at) => turn(100 * lane + at)))
  return runClosedLoop(
    { lanes },
    {
      ...defaultEngine(),
      scheduler: { ...scheduler, maxNumBatchedTokens: 1024, enablePrefixCaching: false },
      stepTime: constants,
      frontend: { inMs: 15, firstOutMs: 0, lastOutMs: 0 },
    },
  )
}

test('what clients saw of an engine gives its constants', () => {
  const fit = fitRecords(played(), limits)
  for (const [name, value] of Object.entries(constants))
    expect(fit.constants[name as keyof typeof constants] / value, name).toBeCloseTo(1, 1)
  expect(fit.wayMs / 15).toBeCloseTo(1, 1)
  expect(fit.ttft.median).toBeLessThan(0.02)
  expect(fit.tpot.median).toBeLessThan(0.02)
  expect(fit.heldOut.median).toBeLessThan(0.02)
  expect(fit.requests).toBe(300)
})

test('requests that cannot tell a constant are refused with its name', () => {
  const all = played()
  expect(() => fitRecords(all.slice(0, 29), limits)).toThrow(/29 answered requests are too few/)
  const alike = Array.from({ length: 60 }, (_, at) => {
    const sentMs = 10_000 * at
    return {
      id: String(at),
      sentMs,
      firstMs: sentMs + 40,
      lastMs: sentMs + 140,
      promptTokens: 100,
      outputTokens: 11,
      cachedTokens: 0,
    }
  })
  expect(() => fitRecords(alike, limits)).toThrow(/cannot be told from the other constants.*every request/)
})

test('a scheduler that cannot have served the requests is refused, and so are servers that do not tell what they found', () => {
  const all = played()
  const long = { ...all[40]!, id: 'long', promptTokens: 10 ** 15 }
  expect(() => fitRecords([...all, long], limits)).toThrow(
    /^long has 1000000000000000 tokens and .* takes 10000 in all;/,
  )
  const caching = { ...limits, cachesPrefixes: true }
  expect(() => fitRecords(all, caching)).toThrow(/no request found anything in the cache/)
  const broken = all.map((each, at) => (at % 2 === 0 ? each : { ...each, firstMs: 1e300, lastMs: 1e301 }))
  expect(() => fitRecords(broken, limits)).toThrow(/no constants say what was measured/)
  // One request says nothing of what a server tells.
  expect(() => fitRecords(all.slice(0, 1), caching)).toThrow(/1 answered requests are too few/)
})
