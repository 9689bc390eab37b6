import { expect, test } from 'vitest'
import { drawCapacity } from './capacity-chart.ts'
import { lightTheme } from './page-theme.ts'

interface Drawn {
  readonly name: string
  readonly data: readonly unknown[]
  readonly markLine?: { readonly data: readonly unknown[] }
}

const objectives = [
  { text: 'ttft_p90 <= 2 s', wantedShare: 0.9 },
  { text: 'tpot_p50 <= 30 ms', wantedShare: 0.5 },
]
const sizes = [
  { size: 4, verdict: 'keeps' as const, shares: [{ keptShare: 0.98, uncertainty: 0.03 }, { keptShare: 0.7 }] },
  { size: 8, verdict: 'breaks' as const, shares: [] },
]

test('the share that keeps each objective, as far as it is known, with whiskers that end at all requests', () => {
  const { option } = drawCapacity({ unit: 'lanes', objectives, sizes }, lightTheme)
  const [ttft, tpot, whiskers, none] = option.series as unknown as Drawn[]
  expect(ttft).toMatchObject({ name: 'ttft_p90 <= 2 s', data: [{ value: [4, 0.98] }] })
  expect(tpot).toMatchObject({ name: 'tpot_p50 <= 30 ms', data: [{ value: [4, 0.7] }] })
  expect(ttft!.markLine!.data).toMatchObject([{ yAxis: 0.9 }, { yAxis: 0.5 }])
  expect(whiskers!.data.slice(0, 2)).toEqual([
    [4, 0.95],
    [4, 1],
  ])
  expect(none!.data).toEqual([])
  // The least is 0.7.
  expect(option.yAxis).toMatchObject({ min: 0.7, max: 1 })
})
