import { exactNumber, formatCount } from './format-number.ts'
import type { RunBasis } from './report-data.ts'

export const percentileEstimator = 'percentiles of Hyndman and Fan, type 7'
export const rateEstimator = 'tokens that came in the window over its length'
export const hitEstimator = 'cached over all prompt tokens, summed over requests'
export const jobEstimator = 'jobs that ended in the window over its length'

/** What the figures of one or several runs rest on: `n = 64 to 1,203 requests, window = 900 s, estimator = ...`. */
export function basisText(
  basis: RunBasis | readonly RunBasis[],
  { estimator = '', of = 'measured' }: { readonly estimator?: string | undefined; readonly of?: string | undefined },
): string {
  const all = Array.isArray(basis) ? (basis as readonly RunBasis[]) : [basis as RunBasis]
  const requests = all.map(({ measured, sent }) => (of === 'sent' ? sent : measured))
  const windows = all.flatMap(({ windowMs }) => windowMs ?? [])
  return [
    `n = ${spanText(requests, formatCount)} requests`,
    ...(windows.length > 0 ? [`window = ${spanText(windows, secondsText)} s`] : []),
    `estimator = ${estimator}`,
  ].join(', ')
}

function spanText(values: readonly number[], text: (value: number) => string): string {
  const [least, most] = [Math.min(...values), Math.max(...values)].map(text)
  return least === most ? least! : `${least} to ${most}`
}

/** To a tenth. */
function secondsText(ms: number): string {
  return exactNumber(Math.round(ms / 100) / 10)
}
