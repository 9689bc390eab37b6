import type { Result } from '../../result/result.ts'

/** A run on virtual time has no date. Instants of 0 are taken for none by readers, so its origin is the second day of 1970. */
const VIRTUAL_NS = 86_400_000_000_000n

/** The origin of a run in nanoseconds since 1970. Whole numbers: a double is 256 ns coarse there. */
export function epochOf({ provenance: { startedAt } }: Pick<Result, 'provenance'>): bigint {
  const ms = startedAt === undefined ? Number.NaN : Date.parse(startedAt)
  return Number.isFinite(ms) ? BigInt(Math.round(ms)) * 1_000_000n : VIRTUAL_NS
}

export function nanosecondsAt(epochNs: bigint, ms: number): bigint {
  return epochNs + BigInt(Math.round(ms * 1e6))
}
