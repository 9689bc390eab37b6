import type { Placed } from './deployment.ts'
import type { Efficiency } from './efficiencies.ts'

/** Seconds of one kernel of attention, where there is anything for it. */
export function kernelS(
  { gpu }: Placed,
  { compute, memory, launchUs }: Efficiency,
  entries: number,
  { flops, bytes }: { readonly flops: number; readonly bytes: number },
): number {
  if (entries === 0) return 0
  return launchUs * 1e-6 + Math.max(flops / (gpu.flopsPerS.bf16 * compute), bytes / (gpu.memoryBytesPerS * memory))
}
