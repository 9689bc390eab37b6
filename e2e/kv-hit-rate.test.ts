import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEngineConfig, RouterConfig } from '@reprise/engine-sim/core'
import { readCorpus } from '@reprise/trace'
import { expect, test } from 'vitest'
import { type Arrival, arrivalsOf } from '../bench/fleets/arrivals-of.ts'
import { runFleet } from '../bench/fleets/run-fleet.ts'
import { root } from './sources.ts'

const trace = resolve(root, '../shared/data/mooncake/conversation_trace.jsonl.gz')
const isAbsent = !existsSync(trace)
if (isAbsent)
  console.warn("SKIPPED: the hit rate of the KV router is not looked at on Mooncake's trace, which is absent")

function fleetOf(routing: string, workers: number, scheduler: object) {
  const engine = parseEngineConfig(JSON.stringify({ scheduler, stepTime: { kind: 'polynomial' } }))
  return { ...engine, fleet: { workers, router: RouterConfig.parse({ routing }) } }
}

/** As `npm run bench:simulate` has it, of which this is the first 2,000 requests. */
test.skipIf(isAbsent)(
  "Mooncake's conversations over eight workers: the KV router finds what it always found, to the bit",
  async () => {
    const arrivals = arrivalsOf((await readCorpus(trace)).corpus, 512).slice(0, 2_000)
    const scheduler = { blockSize: 512, numBlocks: 2_049, maxModelLen: 200_000 }
    const [one, other] = [1, 2].map(() => runFleet(fleetOf('kv', 8, scheduler), arrivals))
    expect([other!.hitRate, other!.meanTtftMs]).toEqual([one!.hitRate, one!.meanTtftMs])
    expect(one!.hitRate).toBeCloseTo(0.2000850236577, 12)
    expect(runFleet(fleetOf('round-robin', 8, scheduler), arrivals).hitRate).toBeLessThan(one!.hitRate / 2)
  },
)

/** Three sessions of two turns over two workers: blocks of 4 tokens, 16 of a first prompt, which is the half of a second. */
test('by hand: round robin finds nothing of three sessions over two workers, the KV router all that there is', () => {
  const arrivals = [0, 1].flatMap((turn) =>
    [0, 1, 2].map((session): Arrival => {
      const blocks = 4 * (turn + 1)
      const blockKeys = Float64Array.from({ length: blocks }, (_, at) => 1 + session * 100 + at)
      return { atMs: 1_000 * (3 * turn + session), promptTokens: 4 * blocks, outputTokens: 2, blockKeys }
    }),
  )
  const scheduler = { blockSize: 4, numBlocks: 100, maxModelLen: 300 }
  expect(runFleet(fleetOf('round-robin', 2, scheduler), arrivals)).toMatchObject({ requests: 6, hitRate: 0 })
  expect(runFleet(fleetOf('kv', 2, scheduler), arrivals)).toMatchObject({ requests: 6, hitRate: 48 / 144 })
})
