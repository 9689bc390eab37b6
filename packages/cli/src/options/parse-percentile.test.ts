import { expect, test } from 'vitest'
import { parsePercentile } from './parse-percentile.ts'

const names = ['ttft', 'tpot', 'itl_compat', 'e2e', 'interactivity'] as const

test('with a line or a dot between metric and percentile', () => {
  expect(parsePercentile('ttft_p90', names)).toEqual({ metric: 'ttft', percentile: 90 })
  expect(parsePercentile(' itl_compat.p99.9 ', names)).toEqual({ metric: 'itl_compat', percentile: 99.9 })
})

test.each([
  ['ttf_p90', 'did you mean ttft?'],
  ['interactivty_p50', 'did you mean interactivity?'],
  ['time_to_first_token_p90', 'did you mean ttft?'],
  ['inter-token-latency.p50', 'did you mean itl_compat?'],
  ['TTFT_p90', 'did you mean ttft?'],
  ['e2el_p50', 'did you mean e2e?'],
  ['itl-compat_p50', 'did you mean itl_compat?'],
  ['zebra_p50', "'zebra'; there are ttft, tpot, itl_compat, e2e, interactivity."],
  ['constructor_p50', "'constructor'; there are"],
  ['', "''; there are"],
  ['ttft', 'Say which percentile of ttft'],
  ['ttft_p0', 'Say which percentile'],
  ['ttft_p100', 'Say which percentile'],
  ['ttft\u001b[2J_p50', "'ttft [2J'"],
])("'%s' is refused, and what was meant is said", (text, words) => {
  expect(() => parsePercentile(text, names)).toThrow(words)
})
