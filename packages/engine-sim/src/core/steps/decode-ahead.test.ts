import { expect, test } from 'vitest'
import { drive, requestOf, tinyConfig, tinyEngine } from '../engine.fixture.ts'
import type { EngineConfig } from '../engine-config.ts'
import { makeEngine } from '../engines/make-engine.ts'
import { tinySglang } from '../sglang/sglang.fixture.ts'
import { VllmScheduler } from '../vllm/vllm-scheduler.ts'

const nobody = { tokens: () => {}, finished: () => {} }

for (const asyncScheduling of [false, true])
  test(`many decode steps give blocks out and fill them as single ones do; a step ahead: ${asyncScheduling}`, () => {
    const scheduler = new VllmScheduler(tinyConfig({ asyncScheduling }))
    const [a, b] = [scheduler.add(requestOf('a', 5, 40)), scheduler.add(requestOf('b', 7, 40))]
    scheduler.schedule()
    if (asyncScheduling) scheduler.schedule()
    scheduler.commit(nobody)
    const last = scheduler.schedule()
    // Prompts of 5 and 7 tokens have two blocks of 4 each, and the steps planned so far reach 6 and 8 of them, or 7 and 9 a step ahead.
    const reached = asyncScheduling ? [7, 9] : [6, 8]
    expect([a.computed, b.computed]).toEqual(reached)
    scheduler.decodeAhead(3)
    // The third block of each, as of single steps.
    expect([a.blockCount, b.blockCount]).toEqual([3, 3])
    expect(last.computedBefore).toEqual([reached[0]! + 2, reached[1]! + 2])
    expect(last.decodeContextTokens).toBe(reached[0]! + 3 + reached[1]! + 3)
    // Output of which the content is known fills two blocks of each.
    expect([a.generated, a.keyedBlocks, b.keyedBlocks]).toEqual([4, 2, 2])
  })

test('engines that schedule a step ahead are fast-forwarded too', () => {
  const vllm = tinyEngine({ asyncScheduling: true })
  const sglang = { ...vllm, scheduler: tinySglang({ enableOverlap: true, maxModelLen: 400, numBlocks: 500 }) }
  const reading = { ...sglang, scheduler: { ...sglang.scheduler, recvInterval: 7 } }
  for (const config of [vllm, sglang, reading]) {
    expectFastForwarded(config)
  }
})

test('steps of a roofline are fast-forwarded to the very instants of single ones, for a dense model and one of experts with windows', () => {
  for (const deployment of [
    { model: 'meta-llama/Llama-3.1-70B', gpu: 'h100', precision: 'bf16', framework: 'vllm', tensorParallel: 4 },
    { model: 'gpt-oss-120b', gpu: 'h100', precision: 'fp4', framework: 'vllm', tensorParallel: 1 },
  ] as const) {
    const config = { ...tinyEngine(), stepTime: { kind: 'roofline' as const, ...deployment } }
    expectFastForwarded(config)
  }
})

/** To the very ends and counts of single steps, in a few wakes. */
function expectFastForwarded(config: EngineConfig): void {
  const of = (fastForward: boolean) =>
    drive((listener, options) => makeEngine(config, listener, options), calls, { fastForward })
  const [fast, single] = [of(true), of(false)]
  expect([fast.ends, fast.counts]).toEqual([single.ends, single.counts])
  expect(single.wakes).toBeGreaterThan(300)
  expect(fast.wakes).toBeLessThan(12)
}

const calls = [
  { atMs: 0, submit: requestOf('a', 5, 300) },
  { atMs: 1001, submit: requestOf('b', 7, 90) },
]
