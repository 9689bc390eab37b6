import { expect, test } from 'vitest'
import { jobRouters } from './job-routers.ts'
import type { ServedJob } from './served-job.ts'

const sizes = { tp: 8, pp: 1, ep: 1, dpAttn: false, dcpSize: 1, pcpSize: 1 }
const workers: ServedJob['workers'] = [{ role: 'server', count: 2, flags: new Map(), sizes }]
const behind = (name: string, flags: Readonly<Record<string, string>>, ranked = false) =>
  jobRouters({ engine: 'vllm', workers, router: { name, flags: new Map(Object.entries(flags)) } }, ranked)

test("Dynamo's frontend: round robin by itself, and its KV router staged over both kinds of workers", () => {
  expect(behind('dynamo-router', {})).toMatchObject({ first: { routing: 'round-robin' }, notes: [] })
  expect(behind('dynamo-router', { '--router-mode': 'random' })).toMatchObject({ decode: { routing: 'random' } })
  const kv = {
    '--router-mode': 'kv',
    '--kv-overlap-score-weight': '2',
    '--router-temperature': '0.5',
    '--no-kv-events': '',
  }
  expect(behind('dynamo-router', kv)).toMatchObject({
    first: { routing: 'kv', overlapScoreCredit: 2, temperature: 0.5, useKvEvents: false, trackActiveBlocks: false },
    decode: { routing: 'kv', overlapScoreCredit: 0, trackPrefillTokens: false },
    notes: [],
  })
  expect(behind('dynamo-router', { '--router-mode': 'kv' }, true)).toMatchObject({
    first: { routing: 'consistent-hash' },
    balance: 'session',
    notes: [expect.stringMatching(/among ranks/)],
  })
  expect(behind('dynamo-router', { '--router-mode': 'direct' })).toMatch(/--router-mode direct is not modelled; round/)
})

test("SGLang's and vLLM's routers: policies of each kind, and of ranks where they know them", () => {
  expect(behind('sglang-router', { '--policy': 'random', '--decode-policy': 'round_robin' })).toMatchObject({
    first: { routing: 'random' },
    decode: { routing: 'round-robin' },
  })
  expect(behind('sglang-router', {})).toMatchObject({
    first: { routing: 'kv', useKvEvents: false },
    notes: [expect.any(String)],
  })
  expect(behind('sglang-router', { '--policy': 'power_of_two' })).toMatchObject({ first: { routing: 'least-loaded' } })
  const aware = { '--policy': 'consistent_hashing', '--dp-aware': '' }
  expect(behind('sglang-router', aware, true)).toMatchObject({
    first: { routing: 'consistent-hash' },
    balance: 'session',
  })
  expect(behind('sglang-router', aware)).not.toHaveProperty('balance')
  const vllm = { '--policy': 'consistent_hash', '--intra-node-data-parallel-size': '8' }
  expect(behind('vllm-router', vllm, true)).toMatchObject({ balance: 'session' })
  expect(behind('sglang-router', { '--policy': 'bucket' })).toMatch(
    /--policy bucket is not modelled; random, round_robin/,
  )
})

test('without a recipe nobody knows how it chooses', () => {
  const router = { name: 'dynamo-trt', flags: new Map() }
  expect(jobRouters({ engine: 'trtllm', workers, router, withoutRecipe: 'no recipe' }, false)).toMatchObject({
    first: { routing: 'round-robin' },
    notes: ['how dynamo-trt chooses is not known: round robin'],
  })
})
