import fc from 'fast-check'
import { expect, test } from 'vitest'
import { requestOf, tinyConfig } from '../engine.fixture.ts'
import { tinySglang } from '../sglang/sglang.fixture.ts'
import { SglangScheduler } from '../sglang/sglang-scheduler.ts'
import { VllmScheduler } from '../vllm/vllm-scheduler.ts'
import type { Scheduler } from './scheduler.ts'

const request = fc.record({
  step: fc.nat(30),
  contents: fc.stringMatching(/^[xy]{0,9}$/),
  more: fc.integer({ min: 1, max: 9 }),
  outputTokens: fc.integer({ min: 1, max: 30 }),
})
const requests = fc.array(request, { minLength: 1, maxLength: 14 })
const limits = fc.record({ budget: fc.integer({ min: 8, max: 40 }), most: fc.integer({ min: 1, max: 5 }) })

interface Limits {
  readonly budget: number
  readonly most: number
}

const schedulers: Readonly<Record<string, (limits: Limits) => Scheduler>> = {
  vLLM: ({ budget, most }) =>
    new VllmScheduler(tinyConfig({ numBlocks: 26, maxModelLen: 84, maxNumSeqs: most, maxNumBatchedTokens: budget })),
  SGLang: ({ budget, most }) =>
    new SglangScheduler(
      tinySglang({
        ...{ numBlocks: 26, blockSize: 4, maxModelLen: 84, maxRunningRequests: most },
        chunkedPrefillSize: Math.floor(budget / 4) * 4,
        // Nothing is reserved for output, so that memory runs short.
        ...{ initNewTokenRatio: 0, minNewTokenRatio: 0 },
      }),
    ),
}

test.each(Object.entries(schedulers))('%s: no step is over its budgets, and nobody waits for ever', (_name, make) => {
  let [prefills, preemptions] = [0, 0]
  fc.assert(
    fc.property(requests, limits, (list, { budget, most }) => {
      const scheduler = make({ budget, most })
      let finished = 0
      const listener = { tokens: () => {}, finished: () => (finished += 1) }
      // So many tokens have to be computed, most of them again after each time that somebody lost its blocks.
      let left = 40 * list.length + 2000
      for (let step = 0; finished < list.length; step += 1, left -= 1) {
        expect(left, 'steps left').toBeGreaterThan(0)
        for (const [at, each] of list.entries())
          if (each.step === step)
            scheduler.add({
              ...requestOf(`r${at}`, each.contents.length * 4 + each.more, each.outputTokens, each.contents),
              // Or all of the output is reserved, and memory never runs short.
              ignoresEos: false,
            })
        const { sequences, tokens, prefillTokens } = scheduler.schedule(step)
        expect(sequences.length).toBeLessThanOrEqual(most)
        expect(new Set(sequences).size).toBe(sequences.length)
        expect(tokens.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(Math.max(budget, most))
        prefills += prefillTokens
        scheduler.commit(listener)
        const { running, usedBlocks, freeBlocks, totalBlocks } = scheduler.counts
        expect([running <= most, usedBlocks + freeBlocks]).toEqual([true, totalBlocks])
      }
      preemptions += scheduler.counts.preemptions
    }),
    { numRuns: 60, seed: 5 },
  )
  // The workloads reach what they are meant to reach.
  expect(prefills).toBeGreaterThan(1000)
  expect(preemptions).toBeGreaterThan(5)
})
