import type { Labels, MetricFamily } from './render-metrics.ts'

export type Samples = readonly { readonly labels?: Labels; readonly value: number }[]

/** `value`: a number is a single sample without labels of its own. */
export function gauge(name: string, help: string, value: number | Samples): MetricFamily {
  return { name, help, type: 'gauge', samples: samplesOf(value) }
}

/** As `gauge`; the name ends with `_total`. */
export function counter(name: string, help: string, value: number | Samples): MetricFamily {
  return { name, help, type: 'counter', samples: samplesOf(value) }
}

function samplesOf(value: number | Samples): Samples {
  return typeof value === 'number' ? [{ value }] : value
}
