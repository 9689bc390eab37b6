import { expect, test } from 'vitest'
import { Histogram, renderMetrics } from './render-metrics.ts'

test('gauges, counters and histograms in Prometheus text', () => {
  const waits = new Histogram([0.5, 1])
  for (const value of [0.5, 0.75, 3]) waits.observe(value)
  const page = renderMetrics(
    [
      { name: 'running', help: 'Running.', type: 'gauge', samples: [{ value: 2 }] },
      { name: 'ended_total', help: 'Ended.', type: 'counter', samples: [{ labels: { why: 'a "b"\\\n' }, value: 1.5 }] },
      { name: 'wait_seconds', help: 'Waits.', type: 'histogram', histogram: waits },
    ],
    { model: 'm' },
  )
  expect(page).toMatchInlineSnapshot(`
    "# HELP running Running.
    # TYPE running gauge
    running{model="m"} 2.0
    # HELP ended_total Ended.
    # TYPE ended_total counter
    ended_total{model="m",why="a \\"b\\"\\\\\\n"} 1.5
    # HELP wait_seconds Waits.
    # TYPE wait_seconds histogram
    wait_seconds_bucket{le="0.5",model="m"} 1.0
    wait_seconds_bucket{le="1.0",model="m"} 2.0
    wait_seconds_bucket{le="+Inf",model="m"} 3.0
    wait_seconds_count{model="m"} 3.0
    wait_seconds_sum{model="m"} 4.25
    "
  `)
})
