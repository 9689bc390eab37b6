import { expect, test } from 'vitest'
import { lightTheme } from './page-theme.ts'
import { drawPower, type PowerChoice } from './power-chart.ts'
import type { ReportMark } from './report-data.ts'

/** 500 tokens a second for 2,000 W, and a user sees 40 in a second. */
const mark: ReportMark = {
  ...{ label: '4 lanes', group: 0, workload: 0, lanes: 4, gpus: 4, verdict: 'valid', runs: [0], n: {} },
  figures: { output: 500, 'interactivity.p90': 40 },
  ends: { output: [400, 800] },
}
const bare: ReportMark = { ...mark, figures: { 'interactivity.p90': 40 } }

interface Drawn {
  readonly name: string
  readonly data: readonly unknown[]
}

function drawn(figure: PowerChoice['figure'], watts: number | undefined): readonly Drawn[] {
  const choice = { figure, tokens: 'output', percentile: 'p90', wattsOf: () => watts } as const
  const data = { schema: 'report/1' as const, groups: ['all'], points: [], marks: [mark, bare] }
  return drawPower(data, choice, lightTheme).option.series as unknown as Drawn[]
}

test('joules of a token, cheaper where more tokens came; tokens per second of a megawatt', () => {
  const [joules, joulesWhisker] = drawn('joules', 2_000)
  expect(joules!.data).toMatchObject([{ value: [40, 4] }])
  // 2,000 W over 800 and over 400 tokens a second.
  expect(joulesWhisker!.data.slice(0, 2)).toEqual([
    [40, 2.5],
    [40, 5],
  ])
  const [perMw, perMwWhisker] = drawn('perMw', 2_000)
  expect(perMw!.data).toMatchObject([{ value: [40, 250_000] }])
  expect(perMwWhisker!.data.slice(0, 2)).toEqual([
    [40, 200_000],
    [40, 400_000],
  ])
})

test('no mark without its power', () => {
  expect(drawn('joules', undefined)[0]!.data).toEqual([])
})
