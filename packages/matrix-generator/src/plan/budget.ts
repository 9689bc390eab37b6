import type { Problem } from '@reprise/config-file'

export interface Budget {
  /** A sweep that takes more has to be confirmed. */
  readonly gpuHours: number
  /** What somebody has said that it may take. */
  readonly confirmedGpuHours?: number
}

/** What keeps a sweep of so many GPU hours from being dispatched; undefined where nothing does. */
export function judgeBudget(gpuHours: number, { gpuHours: budget, confirmedGpuHours }: Budget): Problem | undefined {
  if (gpuHours <= budget || (confirmedGpuHours !== undefined && gpuHours <= confirmedGpuHours)) return undefined
  const confirmed = confirmedGpuHours === undefined ? '' : `, ${confirmedGpuHours} were confirmed`
  return {
    severity: 'error',
    code: 'budget',
    message: `the sweep takes about ${gpuHours.toFixed(1)} GPU hours; the budget is ${budget}${confirmed}`,
    cure: `plan less, or confirm it: confirm-gpu-hours ${Math.ceil(gpuHours)}`,
  }
}
