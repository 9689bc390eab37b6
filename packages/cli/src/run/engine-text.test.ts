import { defaultEngine, defaultSglangScheduler, type EngineConfig, FleetConfig } from '@reprise/engine-sim/core'
import { expect, test } from 'vitest'
import { engineText } from './engine-text.ts'

const engine: EngineConfig = { ...defaultEngine(), model: 'm' }
const router = { routing: 'round-robin' }

test('one engine: blocks, ranks, tiers and drafts', () => {
  expect(engineText(engine)).toBe('m with 131,072 blocks of 64 tokens')
  const speculation = { numSpeculativeTokens: 3, syntheticAcceptanceLength: 2.5 }
  const link = { gbPerS: 50 }
  const kvOffload = { hostBlocks: 2048, tokenBytes: 9, host: link, disk: { ...link, blocks: 9000 } }
  expect(
    engineText({ ...engine, dataParallelSize: 8, scheduler: { ...defaultEngine().scheduler, kvOffload, speculation } }),
  ).toBe('m with 8 ranks of 131,072 blocks of 64 tokens, 2,048 blocks in the host, 9,000 blocks on disk, 3 drafts')
  const hicache = { hostPages: 77, tokenBytes: 9, host: link }
  expect(engineText({ ...engine, scheduler: { ...defaultSglangScheduler(), hicache } })).toBe(
    "m with 131,072 blocks of 64 tokens, 77 pages in the host and SGLang's scheduler",
  )
  const stored = (storage: object) => ({
    ...defaultSglangScheduler(),
    hicache: { ...hicache, storage: { ...link, ...storage } },
  })
  expect(engineText({ ...engine, scheduler: stored({ pages: 900 }) })).toMatch(
    /77 pages in the host, 900 pages behind it and/,
  )
  expect(engineText({ ...engine, scheduler: stored({}) })).toMatch(/77 pages in the host, storage behind it and/)
})

test('fleets: who chooses where there are several, and those that decode as they are', () => {
  expect(engineText({ ...engine, fleet: FleetConfig.parse({ workers: 4, router }) })).toBe(
    'm with 4 workers by round-robin, each 131,072 blocks of 64 tokens',
  )
  const fleet = FleetConfig.parse({
    ...{ prefillWorkers: 1, prefillRouter: router, decodeWorkers: 2, decodeRouter: router, transfer: {} },
  })
  const { scheduler, stepTime } = engine
  const decodeEngine = { scheduler: { ...scheduler, numBlocks: 9 }, stepTime, dataParallelSize: 2 }
  expect(engineText({ ...engine, fleet, decodeEngine })).toBe(
    'm with 1 prefill worker of 131,072 blocks of 64 tokens and 2 decode workers by round-robin of 2 ranks of 9 blocks of 64 tokens',
  )
})
