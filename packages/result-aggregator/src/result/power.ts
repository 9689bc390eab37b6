import { PowerMeterName } from '@reprise/telemetry'
import { z } from 'zod'

const whole = z.number().nonnegative()

/**
 * What the accelerators drew in the window in which tokens count. Where it is not covered there is no energy: `problems` says why.
 */
export const Power = z.strictObject({
  /** Who measured. */
  meter: PowerMeterName,
  /** The devices that were measured. */
  devices: z.int().positive(),
  samples: z.int().nonnegative(),
  /** Why the window counts as not covered. Absent: it is covered. */
  problems: z.array(z.string()).optional(),
  /** Of all devices together, over the window. */
  meanW: whole.optional(),
  meanPerDeviceW: whole.optional(),
  /** Of all devices, over the whole window. */
  energyJ: whole.optional(),
  /** Idle time of the window is in these too. */
  joulesPerOutputToken: whole.optional(),
  joulesPerInputToken: whole.optional(),
  joulesPerTotalToken: whole.optional(),
  joulesPerRequest: whole.optional(),
})
export type Power = z.infer<typeof Power>
