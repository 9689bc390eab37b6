import { expect, test } from 'vitest'
import { parseHalfWidths } from './parse-half-widths.ts'

test('percentiles, and the throughput', () => {
  expect(parseHalfWidths('ttft_p90=10%, tpot.p50=2.5%,output=5%')).toEqual([
    { metric: 'ttft', percentile: 90, halfWidthShare: 0.1 },
    { metric: 'tpot', percentile: 50, halfWidthShare: 0.025 },
    { metric: 'output', halfWidthShare: 0.05 },
  ])
})

test.each([
  ['', 'as in ttft_p90=10%'],
  ['ttft_p90=10', 'as in ttft_p90=10%'],
  ['output=0%', 'as in ttft_p90=10%'],
  ['ttft=10%', 'Say which percentile of ttft'],
  ['tttf_p50=10%', 'did you mean ttft?'],
])("'%s' is refused", (text, words) => {
  expect(() => parseHalfWidths(text)).toThrow(words)
})
