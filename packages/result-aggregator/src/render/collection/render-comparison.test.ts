import { expect, test } from 'vitest'
import { compareSweeps } from '../../comparison/compare-sweeps.ts'
import type { ComparedPoint } from '../../result/sweep-comparison.ts'
import { hostile } from '../../testing/collection.fixture.ts'
import { renderComparison, renderComparisonMarkdown } from './render-comparison.ts'

const point: ComparedPoint = {
  configKey: 'tiny',
  name: 'tiny_conc2',
  lanes: 2,
  before: 'valid',
  after: 'valid',
  job: { image: { before: 'v1', after: 'v2' } },
  work: {},
  figures: {
    ttft_p50_ms: { before: 200, after: 150 },
    tpot_p50_ms: { before: 10, after: 10.0001 },
    output_tokens_per_s_per_gpu: { before: 50, after: 62.5 },
    cache_hit_measured: { before: 0.6, after: 0.612 },
    interactivity_p50_tokens_per_s: { after: 20 },
  },
}
const told = (...points: ComparedPoint[]) => renderComparison({ schema: 'sweep-comparison/1', points })

test('figures now, and how they changed; no change where one side has none; no sign on none', () => {
  const [head, line] = told(point).split('\n')
  expect(head!.split(/ {2,}/)).toEqual([
    ...['Point', 'TTFT p50 ms', 'TTFT p90 ms', 'TPOT p50 ms', 'tok/s user', 'out tok/s GPU', 'Cache hits', 'Verdict'],
  ])
  expect(line!.split(/ {2,}/)).toEqual([
    ...[
      'tiny tiny_conc2, 2 lanes',
      '150 (-25.0%)',
      '-',
      '10.0 (±0.0%)',
      '20.0',
      '62.5 (+25.0%)',
      '61.2% (+1.2 pt)',
      'valid',
    ],
  ])
  expect(told(point)).toContain('image: v1 -> v2 (1 point)')
  expect(told(point)).toContain('Without one nobody can tell')
})

test('a change has its interval, and a mark where that excludes that nothing changed', () => {
  const figures: ComparedPoint['figures'] = {
    ttft_p50_ms: { before: 200, after: 150, change: { low: 0.6, high: 0.94 } },
    tpot_p50_ms: { before: 10, after: 11, change: { low: 0.99, high: 1.22 } },
    cache_hit_measured: { before: 0.6, after: 0.612, change: { low: -0.004, high: 0.03 } },
  }
  const cells = told({ ...point, figures }).split('\n')[1]!
  expect(cells).toContain('150 (-25.0%) [-40.0 -6.0]*')
  expect(cells).toContain('11.0 (+10.0%) [-1.0 +22.0] ')
  expect(cells).toContain('61.2% (+1.2 pt) [-0.4 +3.0]')
})

test('of another work no change is told', () => {
  const text = told({ ...point, work: { until: { before: 'window 2 s', after: 'window 4 s' } } })
  expect(text).not.toContain('%)')
  expect(text).toContain('another work (until: window 2 s -> window 4 s): no changes are told (1 point)')
})

test('new, gone, and failed since', () => {
  const { before: _, ...fresh } = point
  const { after: __, ...gone } = point
  const lines = told(fresh, gone, { ...point, after: 'FAILED server' }).split('\n')
  expect([1, 2, 3].map((i) => lines[i]!.split(/ {2,}/).at(-1))).toEqual([
    'valid (new)',
    'valid (gone)',
    'valid -> FAILED server',
  ])
})

test('as Markdown, points of the earlier sweep alone are counted', () => {
  const { after: _, ...gone } = point
  const text = renderComparisonMarkdown({ schema: 'sweep-comparison/1', points: [point, gone, gone] })
  expect(text.match(/^\| tiny/gm)).toHaveLength(1)
  expect(text).toContain('2 points are of the earlier sweep alone.')
})

test('foreign text means nothing to Markdown, and ends no row', () => {
  const text = renderComparisonMarkdown(compareSweeps(hostile, hostile))
  const rows = text.split('\n').filter((line) => line.startsWith('|'))
  expect(new Set(rows.map((row) => row.split('|').length))).toEqual(new Set([10]))
  expect(text).not.toMatch(/<script|<img|\]\(|@someone|\u202e/)
})
