import { expect, test } from 'vitest'
import { defaultPrices, kwPerGpuOf, PriceTable, pricesOf } from './price-table.ts'

test('hardware is found by the longest name that stands in what it is called', () => {
  expect(pricesOf('NVIDIA GB200 NVL72', defaultPrices)).toEqual(defaultPrices.usdPerGpuHour.gb200)
  expect(pricesOf('b200', defaultPrices).rental).toBe(2.9)
  expect(pricesOf('acme-x', defaultPrices)).toEqual({})
  expect(pricesOf(undefined, defaultPrices)).toEqual({})
  expect(kwPerGpuOf('AMD MI355X', defaultPrices)).toBe(2.65)
  expect(kwPerGpuOf('acme-x', defaultPrices)).toBeUndefined()
})

test('the table that comes with the tool is one, with its date', () => {
  expect(PriceTable.parse(defaultPrices).asOf).toBe('2026-04')
  expect(PriceTable.safeParse({ ...defaultPrices, usdPerGpuHour: { h100: { rental: 0 } } }).success).toBe(false)
})
