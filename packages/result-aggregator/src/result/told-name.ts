import { z } from 'zod'

/** What of a run's identity no server tells, and may be told after the run. */
export const ToldName = z.enum(['label', 'hardware', 'gpus', 'usdPerGpuHour'])
export type ToldName = z.infer<typeof ToldName>
