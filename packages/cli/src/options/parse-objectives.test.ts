import { expect, test } from 'vitest'
import { parseObjectives } from './parse-objectives.ts'

test('percentiles with their bounds', () => {
  expect(parseObjectives('ttft_p90=15s, tpot.p50=33ms,interactivity_p99.9=20')).toEqual([
    { metric: 'ttft', percentile: 90, bound: 15_000 },
    { metric: 'tpot', percentile: 50, bound: 33 },
    { metric: 'interactivity', percentile: 99.9, bound: 20 },
  ])
})

test.each([
  ['', 'as in ttft_p90=15s'],
  ['ttft_p90', 'as in ttft_p90=15s'],
  ['ttft_p90=1s=2s', 'as in ttft_p90=15s'],
  ['ttft=2s', 'Say which percentile of ttft'],
  ['tttf_p90=2s', 'did you mean ttft?'],
  ['tpot_p50=33', 'Give the unit: tpot_p50=33ms or tpot_p50=33s.'],
  ['ttft_p90=fast', 'Write seconds'],
  ['interactivity_p90=20ms', 'tokens per second'],
  ['ttft_p90=1s,ttft.p90=2s', 'ttft_p90 twice'],
  ['ttft_p90=1s,', 'as in ttft_p90=15s'],
])("'%s' is refused", (text, words) => {
  expect(() => parseObjectives(text)).toThrow(words)
})
