import { expect, test } from 'vitest'
import { parseSlo } from './parse-slo.ts'

test('latencies in their units, seconds where there is none; speeds in tokens per second', () => {
  expect(parseSlo('ttft=2s, tpot=50ms,e2e=1.5,interactivity=20')).toEqual({
    ttft: 2_000,
    tpot: 50,
    e2e: 1_500,
    interactivity: 20,
  })
})

test.each([
  ['', /metrics with their bounds/],
  ['ttft', /metrics with their bounds/],
  ['chunk_gap=5ms', /there are ttft, /],
  ['ttft=2s=3s', /metrics with their bounds/],
  ['ttft=2s,ttft=3s', /ttft twice/],
  ['ttft=0', /Write seconds/],
  ['ttft=fast', /Write seconds/],
  ['interactivity=2s', /tokens per second/],
  ['interactivity=', /tokens per second/],
  ['constructor=1', /there are ttft, /],
])("'%s' is refused", (text, words) => {
  expect(() => parseSlo(text)).toThrow(words)
})
