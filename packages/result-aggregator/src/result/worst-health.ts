import type { ClientHealth } from './client-health.ts'

/** The larger of each figure; `undefined` when no attempt left any. Averages would hide the attempt that suffered. */
export function worstHealth(healths: readonly (ClientHealth | undefined)[]): ClientHealth | undefined {
  const known = healths.filter((health) => health !== undefined)
  if (known.length < 2) return known[0]
  const delays = known.map(({ eventLoopDelayMs }) => eventLoopDelayMs ?? {})
  const eventLoopDelayMs = {
    ...largest('p50', delays),
    ...largest('p99', delays),
    ...largest('max', delays),
  }
  return {
    ...(Object.keys(eventLoopDelayMs).length > 0 && { eventLoopDelayMs }),
    ...largest('cpuShare', known),
    ...largest('maxRssMiB', known),
  }
}

function largest<Name extends string>(
  name: Name,
  all: readonly { readonly [name in Name]?: number | undefined }[],
): { [name in Name]?: number } {
  const values = all.map((one) => one[name]).filter((value) => value !== undefined)
  return (values.length > 0 ? { [name]: Math.max(...values) } : {}) as { [name in Name]?: number }
}
