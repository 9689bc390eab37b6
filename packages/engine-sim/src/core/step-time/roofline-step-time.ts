import { z } from 'zod'
import { Deployment } from '../roofline/deployment.ts'

/**
 * Milliseconds that one step takes, from what its kernels compute and move on a GPU that is named: see `rooflineDuration`. Decision 40 tells what
 * it leaves out.
 */
export const RooflineStepTime = z.strictObject({
  kind: z.literal('roofline'),
  ...Deployment.shape,
  /** How many times as long everything takes: what a family of deployments was measured to be off. Default 1. */
  scale: z.number().positive().optional(),
})
export type RooflineStepTime = z.infer<typeof RooflineStepTime>
