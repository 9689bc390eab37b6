import { z } from 'zod'
import type { LaunchPlan } from '../plan/launch-plan.ts'

/** The accelerators of this machine that a launch occupies, and how much of their memory may be in use when nobody does. */
export const DeviceClaim = z.strictObject({
  vendor: z.enum(['nvidia', 'amd']),
  indices: z.array(z.int().nonnegative()).min(1).max(1_024),
  idleMib: z.number().nonnegative(),
})
export type DeviceClaim = z.infer<typeof DeviceClaim>

/** Undefined where a launch occupies none of this machine, or the profile says that nobody looks. */
export function deviceClaim({ vendor, gpuIdleMib: idleMib, processes, host }: LaunchPlan): DeviceClaim | undefined {
  if (vendor === 'none' || idleMib === undefined || host === 'slurm') return undefined
  const indices = new Set(processes.flatMap(indicesOf))
  return indices.size === 0 ? undefined : { vendor, indices: [...indices], idleMib }
}

/** Those that its devices or its environment name; the first ones where neither does. */
function indicesOf({ devices, env, gpus, count }: LaunchPlan['processes'][number]): number[] {
  const requested = devices.flatMap((device) => /^nvidia=(\d+)$/.exec(device)?.[1] ?? [])
  const visible = env.ROCR_VISIBLE_DEVICES ?? env.CUDA_VISIBLE_DEVICES
  const named = requested.length > 0 ? requested : visible?.split(',')
  const numbers = (named ?? []).map(Number)
  const isList = numbers.length > 0 && numbers.every((each) => Number.isInteger(each) && each >= 0)
  return isList ? numbers : Array.from({ length: gpus * count }, (_, i) => i)
}
