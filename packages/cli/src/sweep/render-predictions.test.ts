import { expect, test } from 'vitest'
import { renderPredictions } from './render-predictions.ts'

const point = {
  kind: 'predicted',
  ttftMs: 212.4,
  tpotMs: 13.81,
  outputTokensPerS: 1127,
  outputTokensPerSPerGpu: 563.5,
  notes: [],
} as const

test('a point a line, those without by their reason, and the error', () => {
  const none = { name: 'c', prediction: { kind: 'none', reason: 'the cache tier in dram' } } as const
  expect(renderPredictions([{ name: 'a', prediction: point }, none, { ...none, name: 'd' }])).toMatch(
    /^predicted, no measurement\n {2}a {2}TTFT 212 ms, TPOT 13\.8 ms, 564 output tok\/s\/GPU\n {2}2 without: the cache tier in dram\n {2}median error over measured points: TPOT \d+ %, TTFT \d+ % \(docs\/accuracy\.md\)\n$/,
  )
})

test('of several kinds each says how many it is of; what the model has otherwise is said once', () => {
  const noted = { ...point, notes: ['round robin'] }
  const kinds = [
    noted,
    noted,
    { ...point, uncalibrated: 'apart' as const },
    { ...point, uncalibrated: 'drafts' as const },
  ]
  const lines = renderPredictions(kinds.map((prediction) => ({ name: 'a', prediction }))).split('\n')
  expect(lines.slice(5)).toEqual([
    '  round robin',
    '  uncalibrated (1 of 4): no served point of separate prefill and decode workers was judged, and no error is published',
    '  uncalibrated (1 of 4): no served point with drafts was measured, and no error is published',
    expect.stringMatching(/median error/),
    '',
  ])
})

test('without calibration no error is told, and names are no control characters', () => {
  const text = renderPredictions([{ name: 'a\u001b[31m', prediction: { ...point, uncalibrated: 'gpu' } }])
  expect(text).toContain('uncalibrated')
  expect(text).not.toContain('median error')
  expect(text).not.toContain('\u001b')
})
