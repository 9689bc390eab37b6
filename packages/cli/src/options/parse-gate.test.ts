import { expect, test } from 'vitest'
import { parseGate } from './parse-gate.ts'

test.each([
  ['ttft.p90 > +5%', 'ttft.p90', 'above', 0.05],
  ['ttft_p90>5%', 'ttft.p90', 'above', 0.05],
  [' tpot > 3% ', 'tpot.turns', 'above', 0.03],
  ['itl_compat.p50 > 1.5%', 'itl_compat.p50', 'above', 0.015],
  ['interactivity.p90 < -5%', 'interactivity.p90', 'below', -0.05],
  ['output_per_gpu < -2%', 'output_per_gpu', 'below', -0.02],
  ['requests_per_s < 0%', 'requests_per_s', 'below', 0],
  ['hit_rate < -1pt', 'hit_rate', 'below', -0.01],
])('%s', (text, figure, beyond, change) => {
  expect(parseGate(text)).toEqual({ text: text.trim(), figure, beyond, change })
})

test.each([
  ['ttf.p90 > 5%', 'did you mean ttft?'],
  ['time_to_first_token.p90 > 5%', 'did you mean ttft?'],
  ['ttft.p42 > 5%', 'Of ttft there are turns, p50, p75, p90, p95, p99'],
  ['output.p90 > 5%', 'output has no percentiles'],
  ['ttft.p90 > 5', "'ttft.p90 > +5%'"],
  ['ttft.p90 5%', "'ttft.p90 > +5%'"],
  ['ttft.p90 > 5pt', 'write percent'],
  ['hit_rate < -1%', 'as in hit_rate < -1pt'],
  ['', "'ttft.p90 > +5%'"],
])("'%s' is refused, and what would do is said", (text, words) => {
  expect(() => parseGate(text)).toThrow(words)
})
