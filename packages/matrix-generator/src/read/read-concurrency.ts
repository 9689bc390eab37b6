import type { Concurrency } from '../config/config.ts'

interface ConcurrencyFields {
  readonly 'conc-list'?: readonly number[] | null | undefined
  readonly 'conc-start'?: number | null | undefined
  readonly 'conc-end'?: number | null | undefined
}

/** The concurrencies of a search-space line that has passed the rules: its list if it has one, else its range. */
export function readConcurrency(arm: ConcurrencyFields): Concurrency {
  const { 'conc-list': values, 'conc-start': start, 'conc-end': end } = arm
  if (values && values.length > 0) return { kind: 'list', values }
  return { kind: 'range', start: start ?? 1, end: end ?? 1 }
}
