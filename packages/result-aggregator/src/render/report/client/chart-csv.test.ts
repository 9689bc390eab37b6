import { expect, test } from 'vitest'
import { chartCsv } from './chart-csv.ts'
import { fileName } from './save-file.ts'
import { tableCsv } from './table-tools.ts'

const tip = (title: string, ...lines: (readonly [string, string])[]) => ({
  value: [1, 2],
  tip: () => ({ title, lines }),
})

test('a row for each mark, a column for each figure that any of them tells, and nothing for what it does not', () => {
  const series = [
    {
      type: 'line',
      name: 'a',
      data: [tip('4 lanes', ['TTFT, ms', '1,200'], ['n', '3']), [1, 2], tip('8 lanes', ['n', '4'])],
    },
    { type: 'line', name: 'frontier', data: [[0, 1]] },
  ]
  expect(chartCsv({ series } as never)).toBe('series,of,"TTFT, ms",n\r\na,4 lanes,"1,200",3\r\na,8 lanes,,4\r\n')
})

test('no name of a run is a formula in a sheet', () => {
  expect(chartCsv({ series: [{ name: '=1+1', data: [tip('@SUM(A1)')] }] } as never)).toContain("'=1+1,'@SUM(A1)")
  expect(tableCsv([['=1+1', '2']])).toBe("'=1+1,2\r\n")
})

test('files are called after what they show', () => {
  expect(fileName('Time to first token', 'csv')).toBe('time-to-first-token.csv')
  expect(fileName('../é', 'svg')).toBe('figures.svg')
})
