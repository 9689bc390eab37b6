import { expect, test } from 'vitest'
import { renderCost, searchCost } from './search-cost.ts'
import { sizeLadder } from './size-ladder.ts'

const plan = {
  ladder: sizeLadder({ unit: 'lanes', from: 1, to: 16 }, 0.05),
  start: 8,
  objectives: [{ metric: 'ttft', percentile: 90, bound: 1_000 }] as const,
  preset: 'agentx-v0.1',
  maxRepeats: 5,
  maxRuns: 100,
}

test('from what is measured where all of it fits, to what the unluckiest edge takes', () => {
  // 8 and 16 keep, and 16 is confirmed by two more runs; or 8, 16, 12, 14, 15: the edge lies at 14 or 15.
  expect(searchCost(plan)).toEqual({
    sizes: { least: 2, most: 5 },
    runsEach: { least: 1, most: 5 },
    runs: { least: 4, most: 25 },
    windowMs: 1_800_000,
  })
  expect(renderCost(searchCost(plan))).toBe(
    '2 to 5 sizes, 1 to 5 runs each: 4 to 25 runs of 30 min: 2 h to 12.5 h measured, warm-up not counted',
  )
})

test('a pace takes an hour, or three runs; and no more runs are made than allowed', () => {
  const pace = { ...plan, objectives: [{ metric: 'tpot', percentile: 50, bound: 33 }] as const }
  expect(searchCost(pace).runsEach).toEqual({ least: 3, most: 5 })
  expect(searchCost({ ...pace, duration: 3_600_000 }).runsEach).toEqual({ least: 1, most: 5 })
  expect(searchCost({ ...pace, maxRuns: 4 }).runs).toEqual({ least: 4, most: 4 })
  expect(renderCost(searchCost({ ...plan, preset: 'fixed-seq-len', maxRepeats: 3 }))).toBe(
    '2 to 5 sizes, 3 runs each: 6 to 15 runs',
  )
})
