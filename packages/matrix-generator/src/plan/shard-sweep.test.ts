import { expect, test } from 'vitest'
import { sweepJobWith } from '../testing/sweep-job.fixture.ts'
import { shardSweep } from './shard-sweep.ts'
import type { SweepPlan } from './sweep-plan.ts'

const jobs = (fleet: string, count: number) =>
  Array.from({ length: count }, (_, i) =>
    sweepJobWith({}, { id: (fleet.charCodeAt(0) * 1_000 + i).toString(16).padStart(16, '0'), profile: fleet }),
  )
const limits = { maxJobs: 3, maxBytes: 900_000 }
const plan = (more: Partial<SweepPlan> = {}): SweepPlan => ({
  schema: 'sweep-plan/1',
  jobs: [...jobs('a', 2), ...jobs('b', 5), ...jobs('a', 4).slice(2)],
  ...more,
})
const shown = (of: SweepPlan) =>
  shardSweep(of, limits).map(({ index, fleet, jobs, maxParallel }) => [index, fleet, jobs.length, maxParallel])

test('each piece is of one fleet, and together they are the sweep', () => {
  expect(shown(plan())).toEqual([
    [0, 'a', 3, 3],
    [1, 'a', 1, 1],
    [2, 'b', 3, 3],
    [3, 'b', 2, 2],
  ])
  const cut = shardSweep(plan(), limits).flatMap((shard) => shard.jobs)
  expect(new Set(cut)).toEqual(new Set(plan().jobs))
})

test('a fleet takes no more jobs at once than it says, over all its pieces', () => {
  expect(shown(plan({ maxParallel: { b: 3 } })).slice(2)).toEqual([
    [2, 'b', 3, 2],
    [3, 'b', 2, 1],
  ])
  expect(() => shown(plan({ maxParallel: { b: 1 } }))).toThrow('b takes 1 jobs at once, and its 5 jobs make 2 matrices')
})

test('the canary and what is reused are in no piece', () => {
  const [canary, reused] = jobs('a', 2)
  const point = {
    id: reused!.id,
    run: '1',
    imageDigest: `sha256:${'0'.repeat(64)}`,
    measuredAt: '2026-08-01T00:00:00Z',
  }
  const left = plan({ canary: canary!.id, reuse: { points: [point], others: [] } })
  expect(shown(left)).toEqual([
    [0, 'b', 3, 3],
    [1, 'b', 2, 2],
    [2, 'a', 2, 2],
  ])
  expect(shardSweep(plan({ jobs: [] }))).toEqual([])
})
