import * as z from 'zod'
import { AdditionalSettings, Count, concurrencyFields, identityFields, RoleCount, SpecDecoding } from './parts.ts'

const Worker = z.strictObject({
  'num-worker': z.int().nonnegative(),
  tp: RoleCount,
  ep: RoleCount,
  'dp-attn': z.boolean(),
  'additional-settings': AdditionalSettings,
})

const SingleArm = z.strictObject({
  tp: Count,
  ep: Count.nullish(),
  'dp-attn': z.boolean().nullish(),
  'spec-decoding': SpecDecoding.optional(),
  ...concurrencyFields,
})

const MultiArm = z.strictObject({
  'spec-decoding': SpecDecoding.optional(),
  prefill: Worker,
  decode: Worker,
  ...concurrencyFields,
})

const AgenticArm = z.strictObject({
  tp: Count.nullish(),
  ep: Count.nullish(),
  'dp-attn': z.boolean().nullish(),
  'spec-decoding': SpecDecoding.optional(),
  prefill: Worker.nullish(),
  decode: Worker.nullish(),
  offloading: z.enum(['none', 'cpu', 'ssd']).optional().describe('Where the KV cache overflows to.'),
  ...concurrencyFields,
})

const AgenticScenario = z.strictObject({
  'search-space': z.array(AgenticArm),
  duration: Count.optional().describe('Seconds of measurement; 1800 if absent.'),
})

const fixedScenario = <T extends z.ZodType>(arm: T) =>
  z.strictObject({ isl: Count, osl: Count, 'search-space': z.array(arm) })

const scenarios = <T extends z.ZodType>(arm: T) =>
  z.strictObject({
    'fixed-seq-len': z.array(fixedScenario(arm)).optional(),
    'agentic-coding': z.array(AgenticScenario).optional(),
  })

export const AprilSingleEntry = z.strictObject({
  ...identityFields,
  multinode: z.literal(false),
  disagg: z.boolean().optional(),
  scenarios: scenarios(SingleArm),
})
export type AprilSingleEntry = z.infer<typeof AprilSingleEntry>

export const AprilMultiEntry = z.strictObject({
  ...identityFields,
  multinode: z.literal(true),
  disagg: z.boolean().optional(),
  scenarios: scenarios(MultiArm),
})
export type AprilMultiEntry = z.infer<typeof AprilMultiEntry>

export type AprilWorker = z.infer<typeof Worker>
export type AprilAgenticArm = z.infer<typeof AgenticArm>

/** `runners.yaml` of April: scheduling label -> names of the runners behind it. */
export const AprilRunners = z.record(z.string(), z.array(z.string()).min(1))
export type AprilRunners = z.infer<typeof AprilRunners>
