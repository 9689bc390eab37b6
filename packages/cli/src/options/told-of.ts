import type { ToldFacts } from '@reprise/result-aggregator/run'

/** What whoever runs a server knows of it and no server tells, as flags. */
export interface ToldOptions {
  readonly label?: string
  readonly hardware?: string
  readonly gpus?: number
  readonly pricePerGpuHour?: number
}

/** The same as a result has it. */
export function toldOf({ pricePerGpuHour, ...options }: ToldOptions): ToldFacts {
  const { pricePerGpuHour: _, ...facts } = toldFlagsOf(options)
  return { ...facts, ...(pricePerGpuHour !== undefined && { usdPerGpuHour: pricePerGpuHour }) }
}

/** Of all options of a command those of these that were given. */
export function toldFlagsOf({ label, hardware, gpus, pricePerGpuHour }: ToldOptions): ToldOptions {
  return {
    ...(label !== undefined && { label }),
    ...(hardware !== undefined && { hardware }),
    ...(gpus !== undefined && { gpus }),
    ...(pricePerGpuHour !== undefined && { pricePerGpuHour }),
  }
}
