import { latencyNames } from '../measure/latencies.ts'

/** Percentiles that results have. */
export const comparedPercentiles = [50, 75, 90, 95, 99] as const

/** Speeds that are made of a latency: 1000 / it. */
export const speeds = { interactivity: 'tpot', e2e_interactivity: 'e2e_per_token' } as const

/** Rates of a run, as figures and as results call them. */
export const rates = {
  output: 'output',
  total: 'total',
  input: 'input',
  fresh_input: 'freshInput',
  requests_per_s: 'requestsPerS',
} as const
export type RateName = keyof typeof rates

export const hitFigure = 'hit_rate'

/** Every figure that two runs may be compared in, as `--fail-if` takes them. */
export const comparedFigureNames: readonly string[] = [
  ...[...latencyNames, ...Object.keys(speeds)].flatMap((name) => [
    `${name}.turns`,
    ...comparedPercentiles.map((percentile) => `${name}.p${percentile}`),
  ]),
  ...Object.keys(rates).flatMap((rate) => [rate, `${rate}_per_gpu`]),
  hitFigure,
]
