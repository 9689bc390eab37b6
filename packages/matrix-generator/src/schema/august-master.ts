import * as z from 'zod'
import {
  AdditionalSettings,
  Component,
  Count,
  concurrencyFields,
  identityFields,
  KvOffloadBackend,
  NonEmpty,
  RoleCount,
  SpecDecoding,
} from './parts.ts'

const contextParallel = {
  pp: Count.optional().describe('Pipeline parallel size; 1 if absent.'),
  'dcp-size': Count.optional().describe('Decode context parallel size; divides tp; 1 if absent.'),
  'pcp-size': Count.optional().describe('Prefill context parallel size; 1 if absent.'),
}

const Worker = z.strictObject({
  'num-worker': z.int().nonnegative(),
  tp: RoleCount,
  ...contextParallel,
  ep: RoleCount,
  'dp-attn': z.boolean(),
  hardware: NonEmpty.nullish().describe('GPU of this role where the two roles differ.'),
  'additional-settings': AdditionalSettings,
})

const SingleArm = z.strictObject({
  tp: Count,
  ...contextParallel,
  ep: Count.nullish(),
  'dp-attn': z.boolean().nullish(),
  'spec-decoding': SpecDecoding.optional(),
  router: Component.nullish(),
  ...concurrencyFields,
})

const MultiArm = z.strictObject({
  'spec-decoding': SpecDecoding.optional(),
  prefill: Worker,
  decode: Worker,
  router: Component.nullish(),
  'kv-p2p-transfer': NonEmpty.nullish(),
  ...concurrencyFields,
})

const AgenticArm = z.strictObject({
  tp: Count.nullish(),
  ...contextParallel,
  ep: Count.nullish(),
  'dp-attn': z.boolean().nullish(),
  'spec-decoding': SpecDecoding.optional(),
  prefill: Worker.nullish(),
  decode: Worker.nullish(),
  'kv-offloading': z
    .enum(['none', 'dram'])
    .nullish()
    .describe('Required for a single node; none if absent for several.'),
  'kv-offload-backend': KvOffloadBackend.nullish(),
  router: Component.nullish(),
  'kv-p2p-transfer': NonEmpty.nullish(),
  ...concurrencyFields,
})

const AgenticScenario = z.strictObject({
  'dram-utilization': z
    .number()
    .positive()
    .max(1)
    .nullish()
    .describe('Share of the DRAM of the GPUs in use that KV may take.'),
  'search-space': z.array(AgenticArm),
})

const fixedScenario = <T extends z.ZodType>(arm: T) =>
  z.strictObject({ isl: Count, osl: Count, 'search-space': z.array(arm) })

const scenarios = <T extends z.ZodType>(arm: T) =>
  z.strictObject({
    'fixed-seq-len': z.array(fixedScenario(arm)).optional(),
    'agentic-coding': z.array(AgenticScenario).optional(),
  })

export const AugustSingleEntry = z.strictObject({
  ...identityFields,
  multinode: z.literal(false),
  disagg: z.literal(false).optional(),
  router: Component.nullish(),
  scenarios: scenarios(SingleArm),
})
export type AugustSingleEntry = z.infer<typeof AugustSingleEntry>

export const AugustMultiEntry = z.strictObject({
  ...identityFields,
  multinode: z.literal(true),
  disagg: z.boolean().optional(),
  router: Component.nullish(),
  'kv-p2p-transfer': NonEmpty.nullish(),
  scenarios: scenarios(MultiArm),
})
export type AugustMultiEntry = z.infer<typeof AugustMultiEntry>

export type AugustWorker = z.infer<typeof Worker>
export type AugustAgenticArm = z.infer<typeof AgenticArm>

const Hardware = z.strictObject({
  'available-cpu-dram-mib': Count.describe('DRAM that a job may use, MiB per node.'),
  'gpus-per-node': Count,
})

/** `runners.yaml` of August: labels, and facts about the machines behind them. */
export const AugustRunners = z.strictObject({
  labels: z.record(z.string(), z.array(z.string()).min(1)),
  hardware: z.record(z.string(), Hardware).optional(),
})
export type AugustRunners = z.infer<typeof AugustRunners>
