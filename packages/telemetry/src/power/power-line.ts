import { z } from 'zod'

/** Who measured: a program of the accelerators' maker on this machine, or an exporter among the pages that are sampled. */
export const powerMeters = ['dcgm', 'nvidia-smi', 'amd-smi'] as const
export const PowerMeterName = z.enum(powerMeters)
export type PowerMeterName = z.infer<typeof PowerMeterName>

/** The first line of every attempt. */
export const PowerHead = z.strictObject({
  schema: z.literal('power/1'),
  attempt: z.int().positive(),
  intervalMs: z.number().positive(),
})

/** Power of a device at an instant of the run's clock. */
export const PowerSample = z.strictObject({
  meter: PowerMeterName,
  device: z.string().min(1).max(200),
  atMs: z.number(),
  watts: z.number(),
})
export type PowerSample = z.infer<typeof PowerSample>

/** Why a meter has ended, or never began. */
export const PowerProblem = z.strictObject({ meter: PowerMeterName, atMs: z.number(), problem: z.string().max(300) })

/** A line of `power.jsonl`, without its checksum. */
export const PowerLine = z.union([PowerSample, PowerProblem, PowerHead])
export type PowerLine = z.infer<typeof PowerLine>
