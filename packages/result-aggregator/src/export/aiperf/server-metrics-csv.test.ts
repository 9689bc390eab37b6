import type { ServerMetricsLine } from '@reprise/telemetry'
import { expect, test } from 'vitest'
import type { ExportedRun } from '../run/exported-run.ts'
import { serverMetricsCsv } from './server-metrics-csv.ts'

const url = 'http://gpu:8000/metrics'

test('a section for each type, a line for each series, and what is told by labels alone', async () => {
  const lines: ServerMetricsLine[] = [
    {
      ...{ schema: 'server-metrics/1', attempt: 1, intervalMs: 1, timeoutMs: 5_000, maxFileBytes: 1_000 },
      sources: [{ url, found: 'endpoint' }],
    },
    {
      ...{ source: 0, atMs: 9, tookMs: 1 },
      new: [
        ['g{engine="0"}', 1],
        ['a_total{source="=cmd()"}', 1],
        ['h_bucket{le="+Inf"}', 0],
        ['h_sum', 0],
        ['h_count', 0],
        ['config_info{version="1,2"}', 1],
        ['h_bucket{le="0.1"}', 0],
      ],
    },
    { source: 0, atMs: 11, tookMs: 1, set: [0, 3, 1, 5, 2, 2, 3, 0.5, 4, 2] },
  ]
  const run = { result: { provenance: { planDigest: 'a'.repeat(64) }, server: { intervalMs: 1 } } }
  const server = {
    phases: [{ phase: 'profiling', startMs: 10, endMs: 12, attempt: 1 }] as const,
    lines: async function* () {
      yield* lines
    },
  }
  let text = ''
  for await (const piece of serverMetricsCsv(run as unknown as ExportedRun, server)) text += piece
  expect(text.split(/\r?\n/)).toEqual([
    '# schema_version: 1.0',
    '# benchmark_id: aaaaaaaaaaaa',
    '#',
    'Endpoint,Type,Metric,Unit,avg,min,max,std,p1,p5,p10,p25,p50,p75,p90,p95,p99,engine,Description',
    `${url},gauge,g,,3,3,3,0,3,3,3,3,3,3,3,3,3,0,`,
    '',
    'Endpoint,Type,Metric,Unit,total,rate,rate_avg,rate_min,rate_max,rate_std,source,Description',
    // No cell of it is taken for a formula.
    `${url},counter,a,,4,2000,2000,0,4000,2828.42712474619,'=cmd(),`,
    '',
    'Endpoint,Type,Metric,Unit,count,sum,avg,count_rate,sum_rate,Description,buckets',
    `${url},histogram,h,,2,0.5,0.25,1000,250,,"0.1=0;+Inf=2"`,
    '',
    'Endpoint,Metric,Key,Value,Description',
    `${url},config_info,version,"1,2",`,
    '',
  ])
})
