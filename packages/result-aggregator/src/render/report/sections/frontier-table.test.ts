import { expect, test } from 'vitest'
import type { ReportMark } from '../client/report-data.ts'
import { frontierTable } from './frontier-table.ts'

function mark(label: string, output: number, ttftMs: number, more: Partial<ReportMark> = {}): ReportMark {
  return {
    ...{ label, group: 0, workload: 0, lanes: 1, verdict: 'valid', runs: [0], n: {} },
    figures: { output, 'ttft.p90': ttftMs },
    ends: { output: [output / 1.2, output * 1.2], 'ttft.p90': [ttftMs / 2, ttftMs * 2] },
    ...more,
  }
}

function shown(...marks: ReportMark[]): string[][] {
  const rows =
    frontierTable(marks)
      .text.match(/<tbody>.*<\/tbody>/s)?.[0]
      .split('</tr>') ?? []
  return rows
    .slice(0, -1)
    .map((row) =>
      [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell]) => cell!.replaceAll(/<[^>]+>|not measured/g, '')),
    )
}

test('less time is better, per GPU where all say how many; what a point lacks is a dash', () => {
  // Alike by GPU, so each beats the other in a quarter of the cases.
  const rows = shown(mark('a', 100, 500, { gpus: 1 }), mark('b', 200, 500, { gpus: 2 }))
  expect(rows).toEqual([
    ['a', '-', '-', 'on it', '75%', '-', '-'],
    ['b', '-', '-', 'beaten', '75%', '-', '-'],
  ])
  const far = shown(mark('slow', 100, 50_000), mark('fast', 200, 50), mark('exact', 150, 40, { ends: {} }))
  expect(far.map((row) => row.slice(3, 5))).toEqual([
    ['beaten', '&lt; 1%'],
    ['on it', '&gt; 99%'],
    ['on it', '-'],
  ])
})

test('only points of one work beat one another; without intervals there is no table', () => {
  expect(shown(mark('a', 100, 500), mark('b', 1, 5_000, { workload: 1 }))).toEqual([])
  expect(frontierTable([mark('a', 100, 500, { ends: {} }), mark('b', 200, 50, { ends: {} })]).text).toBe('')
})
