import { expect, test } from 'vitest'
import { seriesStats } from './series-stats.ts'
import { windowSlices } from './window-slices.ts'

test('a window may have more slices than a call has arguments', () => {
  const window = { startMs: 0, endMs: 130_000 }
  const page = {
    ...{ url: 'http://gpu:8000/metrics', atMs: [0, 1], tookMs: [1, 1], edges: new Map(), begins: new Set([0]) },
    series: new Map([['a_total', { samples: [0, 1], values: [0, 6] }]]),
  }
  const member = { page, labels: {}, parts: new Map([['value', 'a_total']]) }
  const found = seriesStats('counter', member, { ...window, slices: windowSlices(window, 1) })
  expect(found?.stats).toMatchObject({ total: 6, rate_min: 0, rate_max: 6_000 })
})
