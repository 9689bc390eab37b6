import { type Estimate, isInterval, type NoIntervalReason } from '../result/estimate.ts'

/** `11.8-13.1`, both ends as the figure itself would be written; `-` where there is none. */
export function renderInterval(estimate: Estimate | undefined, figure: (value: number) => string): string {
  if (!isInterval(estimate)) return '-'
  const [low, high] = [figure(estimate.low), figure(estimate.high)]
  return `${low.replace(/%$/, '')}-${high}`
}

/** `12.4 [11.8-13.1]`, and the figure alone where there is no interval. */
export function withInterval(value: string, estimate: Estimate | undefined, figure: (value: number) => string): string {
  return isInterval(estimate) ? `${value} [${renderInterval(estimate, figure)}]` : value
}

/** What intervals mean, for below a table. */
export const intervalLegend =
  '95 % intervals: in 95 of 100 runs they hold what many runs with other seeds give together (docs/intervals.md)'

/** Why figures have no interval, each reason once, with the figures that it is of where it is not of all. */
export function renderMissing(figures: Iterable<readonly [name: string, estimate: Estimate | undefined]>): string[] {
  const all = [...figures].flatMap(([name, estimate]) => (estimate ? [{ name, estimate }] : []))
  const missing = all.flatMap(({ name, estimate }) =>
    isInterval(estimate) ? [] : [{ name, reason: estimate.notEstimable }],
  )
  return [...Map.groupBy(missing, ({ reason }) => reason)].map(([reason, same]) => {
    const names = same.length === all.length ? '' : `${[...new Set(same.map(({ name }) => name))].join(', ')}: `
    return `${names}${reasonWords[reason]} (${reason})`
  })
}

/** What a reason means, for whoever wonders. */
export const reasonWords: Readonly<Record<NoIntervalReason, string>> = {
  'few-values': 'too few values',
  'few-plays': 'fewer than three effective plays',
  'short-window': 'a pace takes an hour, all else ten minutes',
  'beyond-values': 'it would reach beyond what was seen',
  'cut-off': 'it would reach into requests that the end cut off',
  'fell-behind': 'the server fell behind, and the figure grows with the window',
  'offered-load': 'what arrives decides it',
}
