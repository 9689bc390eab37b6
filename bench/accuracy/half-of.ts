import { createHash } from 'node:crypto'
import type { MeasuredRow } from './measured-rows.ts'

/** Whether constants are fitted to a row, or held against it. */
export type Half = 'fitted' | 'held out'

/** By a hash of what ran and under what load: all measurements of one point, by whatever source, are in the same half. */
export function halfOf(row: MeasuredRow): Half {
  return hashOf(row) % 2 === 0 ? 'fitted' : 'held out'
}

/** Every fourth point of the half that constants are fitted to. */
export function isSampled(row: MeasuredRow): boolean {
  return hashOf(row) % 8 === 0
}

/** What a row is about, without what was measured of it. */
export function keyOf({ deployment, concurrency, inputTokens, outputTokens }: MeasuredRow): string {
  return JSON.stringify([deployment, concurrency, inputTokens, outputTokens])
}

function hashOf(row: MeasuredRow): number {
  return createHash('sha256').update(keyOf(row)).digest()[0]!
}
