import { expect, test } from 'vitest'
import { sourceShare } from '../../source-share.ts'
import { cacheSourcesText } from './cache-sources-text.ts'
import { engineModelText } from './engine-model-text.ts'

test('shares of prompts by source, and what an engine and its links counted, in words', () => {
  const sources = { promptTokens: 1_000, deviceTokens: 761, hostTokens: 133, diskTokens: 9, recomputedTokens: 23 }
  expect(cacheSourcesText(sources)).toBe('76.1% device, 13.3% host, 0.9% disk; 2.3% computed again')
  expect([sourceShare(sources, 'host'), sourceShare(undefined, 'host')]).toEqual([0.133, undefined])
  const counts = { steps: 12_345, preemptions: 2, evictedBlocks: 0 }
  expect(engineModelText(counts)).toBe('12,345 steps, 2 preemptions, 0 blocks evicted')
  const transfers = { count: 4, bytes: 2e9, sparedTokens: 64, blocksWaitMs: 10, transferMs: 50 }
  expect(engineModelText({ ...counts, transfers })).toMatch(
    /; 4 transfers of KV, 2.00 GB, 64 tokens spared, on average 2.50 ms for blocks and 12.5 ms on the way$/,
  )
  const speculation = { drafts: 200, draftTokens: 600, acceptedTokens: 300 }
  expect(engineModelText({ ...counts, speculation })).toBe(
    '12,345 steps, 2 preemptions, 0 blocks evicted, 2.50 tokens a verification (50.0 % of drafts accepted)',
  )
})

test('of none there is no mean', () => {
  const none = { count: 0, bytes: 0, sparedTokens: 0, blocksWaitMs: 0, transferMs: 0 }
  const speculation = { drafts: 0, draftTokens: 0, acceptedTokens: 0 }
  expect(engineModelText({ steps: 0, preemptions: 0, evictedBlocks: 0, speculation, transfers: none })).toBe(
    '0 steps, 0 preemptions, 0 blocks evicted, - tokens a verification (- % of drafts accepted); 0 transfers of KV, 0.00 GB, 0 tokens spared, on average - ms for blocks and - ms on the way',
  )
})
