import { expect, test } from 'vitest'
import { cliffOf } from './cliff-of.ts'
import type { ReportMark } from './report-data.ts'

function mark(lanes: number, hitMeasured: number | undefined, hitIdeal = 0.9): ReportMark {
  const figures = { hitIdeal, ...(hitMeasured !== undefined && { hitMeasured }) }
  return { label: '', group: 0, workload: 0, lanes, verdict: 'valid', runs: [0], figures, ends: {}, n: {} }
}

test('the size from which on more than a tenth of the ideal hits is lost', () => {
  // Of 0.9 a tenth is lost at 0.81.
  expect(cliffOf([mark(16, 0.5), mark(2, 0.9), mark(4, 0.82), mark(8, 0.8)])).toBe(8)
  expect(cliffOf([mark(2, 0.7), mark(4, 0.82), mark(8, 0.8)])).toBe(8)
})

test('no cliff where nothing is lost, where all is lost from the start, where it comes back, or where nobody tells', () => {
  expect(cliffOf([mark(2, 0.9), mark(4, 0.85)])).toBeUndefined()
  expect(cliffOf([mark(2, 0.5), mark(4, 0.4)])).toBeUndefined()
  expect(cliffOf([mark(2, 0.9), mark(4, 0.4), mark(8, 0.9)])).toBeUndefined()
  expect(cliffOf([mark(2, undefined), mark(4, undefined)])).toBeUndefined()
  expect(cliffOf([mark(4, 0.9), mark(4, 0.4)])).toBeUndefined()
})
