import type { Slo } from '../../result/goodput.ts'

/** The objectives that Dynamo knows, in milliseconds. Its ITL is the mean of a request. */
export interface ReplaySla {
  readonly ttftMs?: number | undefined
  readonly itlMs?: number | undefined
  readonly e2eMs?: number | undefined
}

/** Nothing where there are none, or some that Dynamo does not know. */
export function replaySla(slo: Slo | undefined): ReplaySla | undefined {
  if (slo === undefined) return undefined
  const { ttft, tpot, e2e, ...others } = slo
  return Object.keys(others).length > 0 ? undefined : { ttftMs: ttft, itlMs: tpot, e2eMs: e2e }
}
