import { expect, test } from 'vitest'
import { renderGoodput } from './goodput-text.ts'

const slo = { ttft: 2_000, interactivity: 20 }

test('what was kept, how often, and what was broken', () => {
  const goodput = { slo, good: 3, judged: 4, unjudged: 1, broken: { ttft: 1 }, share: 0.75, requestsPerS: 0.5 }
  expect(renderGoodput(goodput)).toBe(
    'goodput: 75.0 %, 3 of 4 requests kept ttft <= 2000 ms, interactivity >= 20 tokens/s, 0.50 a second; broken by ttft 1; 1 say nothing of it',
  )
})

test('where nothing was judged', () => {
  expect(renderGoodput({ slo: { ttft: 2_000 }, good: 0, judged: 0, unjudged: 0, broken: {} })).toBe(
    'goodput: 0 of 0 requests kept ttft <= 2000 ms',
  )
})
