import type { ObjectiveShare } from '@reprise/result-aggregator/run'
import { expect, test } from 'vitest'
import { conclude, type SearchEnd } from './conclude.ts'
import type { Point } from './point.ts'
import { renderCapacity } from './render-capacity.ts'

const question = {
  objectives: [
    { metric: 'ttft', percentile: 90, bound: 15_000 },
    { metric: 'interactivity', percentile: 50, bound: 20 },
  ] as const,
  range: { unit: 'lanes', from: 1, to: 64 } as const,
  resolution: 0.05,
}
const run = { seed: 42, folder: 'x', shares: [] }

function pointOf(size: number, ...verdicts: readonly ObjectiveShare['verdict'][]): Point {
  const shares = verdicts.map((verdict, i): ObjectiveShare => {
    const why = verdict === 'unclear' ? { why: 'close' as const } : {}
    return { n: 200, within: 190 - size, uncertainty: 0.0234, value: i === 0 ? 412.3 : 31.46, verdict, ...why }
  })
  const verdict = verdicts.includes('breaks') ? 'breaks' : verdicts.includes('unclear') ? 'unclear' : 'keeps'
  return { size, runs: [run, run, run], verdict, shares, open: false, confirmed: true }
}

const render = (points: readonly Point[], ended: SearchEnd = 'found') =>
  renderCapacity({ points, ended, ...conclude(points) }, question)

test('a table with what was seen and how many kept it, and the answer in a sentence', () => {
  const points = [pointOf(8, 'keeps', 'keeps'), pointOf(12, 'unclear', 'keeps'), pointOf(16, 'breaks', 'keeps')]
  expect(`\n${render(points)}\n`).toBe(`
lanes  runs      ttft_p90 <= 15 s  interactivity_p50 >= 20 tok/s            verdict
8         3                412 ms                     31.5 tok/s              keeps
             91.0 % +-2.3 keep it           91.0 % +-2.3 keep it
12        3                412 ms                     31.5 tok/s            unclear
             89.0 % +-2.3 keep it           89.0 % +-2.3 keep it  too close to tell
16        3                412 ms                     31.5 tok/s             breaks
             87.0 % +-2.3 keep it           87.0 % +-2.3 keep it

holds 8 lanes within ttft_p90 <= 15 s and interactivity_p50 >= 20 tok/s, and not 16 lanes; of 12 the runs cannot tell
`)
})

test.each<[readonly Point[], SearchEnd, RegExp]>([
  [
    [pointOf(64, 'keeps')],
    'found',
    /holds 64 lanes within .*, the most that was to be tried: no size that was measured breaks it$/,
  ],
  [
    [pointOf(8, 'keeps')],
    'max-runs',
    /the search is not over: it made as many runs as --max-runs allows\nholds 8 lanes/,
  ],
  [[pointOf(1, 'breaks')], 'found', /does not hold even 1 lane within/],
  [[pointOf(8, 'breaks')], 'interrupted', /it was told to stop\ndoes not hold 8 lanes within/],
  [
    [pointOf(8, 'unclear')],
    'max-time',
    /--max-time\nnothing certain can be said of .*; of 8 the runs cannot tell: longer runs/,
  ],
  [[], 'failed', /a run could not be made\nnothing was measured$/],
  [
    [pointOf(8, 'breaks'), pointOf(16, 'keeps')],
    'found',
    /not monotone: 16 lanes keep all of it although a smaller load does not/,
  ],
  [[{ ...pointOf(8), verdict: 'breaks', note: 'given up\u001b[2J' }], 'found', /- 8 lanes: given up \[2J\n/],
])('what is said of %#', (points, ended, words) => {
  expect(render(points, ended)).toMatch(words)
})
