import type { StoredValue } from './sample-line.ts'

export function storeValue(value: number): StoredValue {
  if (Number.isFinite(value)) return value
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}

export function restoreValue(stored: StoredValue): number {
  if (typeof stored === 'number') return stored
  return stored === 'NaN' ? Number.NaN : stored === '+Inf' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
}
