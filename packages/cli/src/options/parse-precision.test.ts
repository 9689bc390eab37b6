import { expect, test } from 'vitest'
import { parsePrecision } from './parse-precision.ts'

test('a percentile and how exactly it is wanted', () => {
  expect(parsePrecision('ttft_p90=5%')).toEqual({ metric: 'ttft', percentile: 90, halfWidthShare: 0.05 })
  expect(parsePrecision('itl_compat_p99.9=2.5%')).toEqual({
    metric: 'itl_compat',
    percentile: 99.9,
    halfWidthShare: 0.025,
  })
  for (const wrong of ['ttft_p90', 'ttft_p90=5', 'ttft_p90=0%', ''])
    expect(() => parsePrecision(wrong)).toThrow('as in ttft_p90=5%')
  for (const wrong of ['ttft=5%', 'ttft_p0=5%', 'ttft_p100=5%'])
    expect(() => parsePrecision(wrong)).toThrow('Say which percentile')
  expect(() => parsePrecision('speed_p50=5%')).toThrow('there are ttft, ')
})
