import * as z from 'zod'
import type { Epoch } from '../epoch/epoch.ts'
import { Component, Count, KvOffloadBackend, NonEmpty, RoleCount, SpecDecoding } from './parts.ts'

const identity = {
  image: z.string(),
  model: z.string(),
  'model-prefix': z.string(),
  precision: z.string(),
  framework: z.string(),
  runner: z.string(),
  'exp-name': z.string(),
}

const lengths = { isl: Count, osl: Count, 'max-model-len': Count }
const evaluation = { 'run-eval': z.boolean(), 'eval-only': z.literal(true).optional() }
const oneEvaluation = { 'eval-conc': Count.optional() }
const shape = { tp: Count, ep: Count, 'dp-attn': z.boolean() }
const contextShape = { pp: Count, 'dcp-size': Count, 'pcp-size': Count }
const agentic = { duration: Count, 'scenario-type': z.literal('agentic-coding') }
const components = { router: Component.optional() }
const transfer = { 'kv-p2p-transfer': NonEmpty.optional() }
const settings = { 'additional-settings': z.array(z.string()).optional() }

const AprilWorker = z.strictObject({
  'num-worker': RoleCount,
  tp: RoleCount,
  ep: RoleCount,
  'dp-attn': z.boolean(),
  ...settings,
})
const AugustWorker = z.strictObject({
  ...{ 'num-worker': RoleCount, tp: RoleCount, ep: RoleCount, 'dp-attn': z.boolean(), ...contextShape },
  hardware: NonEmpty.optional(),
  ...settings,
})

const AprilFixedSingle = z.strictObject({
  ...{ ...identity, ...lengths, ...shape, ...evaluation },
  'spec-decoding': SpecDecoding,
  conc: Count,
  disagg: z.boolean(),
})
const AprilFixedMulti = z.strictObject({
  ...{ ...identity, ...lengths, ...evaluation, ...oneEvaluation },
  'spec-decoding': SpecDecoding,
  prefill: AprilWorker,
  decode: AprilWorker,
  conc: z.array(Count).min(1),
  disagg: z.boolean(),
})
const AprilAgenticSingle = z.strictObject({
  ...{ ...identity, ...shape, ...agentic },
  offloading: z.enum(['none', 'cpu', 'ssd']),
  conc: Count,
})
const AprilAgenticMulti = z.strictObject({
  ...{ ...identity, ...agentic },
  'spec-decoding': SpecDecoding,
  prefill: AprilWorker,
  decode: AprilWorker,
  conc: Count,
  disagg: z.boolean(),
})

const AugustFixedSingle = z.strictObject({
  ...{ ...identity, ...lengths, ...shape, ...contextShape, ...components, ...evaluation },
  'spec-decoding': SpecDecoding,
  conc: Count,
  disagg: z.literal(false),
})
const AugustFixedMulti = z.strictObject({
  ...{ ...identity, ...lengths, ...components, ...transfer, ...evaluation, ...oneEvaluation },
  'eval-all-concs': z.literal(true).optional(),
  'spec-decoding': SpecDecoding,
  prefill: AugustWorker,
  decode: AugustWorker,
  conc: z.array(Count).min(1),
  disagg: z.boolean(),
})
const augustOffload = {
  'kv-offloading': z.enum(['none', 'dram']),
  'kv-offload-backend': KvOffloadBackend.optional(),
  'total-cpu-dram-gb': z.int().nonnegative(),
}
const AugustAgenticSingle = z.strictObject({
  ...{ ...identity, ...shape, ...contextShape, ...agentic, ...augustOffload, ...components },
  'run-eval': z.boolean().optional(),
  'eval-only': z.literal(true).optional(),
  'spec-decoding': SpecDecoding,
  conc: Count,
})
const AugustAgenticMulti = z.strictObject({
  ...{ ...identity, ...agentic, ...augustOffload, ...components, ...transfer, ...oneEvaluation },
  'run-eval': z.boolean().optional(),
  'eval-only': z.literal(true).optional(),
  'spec-decoding': SpecDecoding,
  prefill: AugustWorker,
  decode: AugustWorker,
  conc: z.array(Count).min(1),
  disagg: z.boolean(),
})

/** One job of April 2026, as InferenceX's workflows take it. */
export const AprilRow = z.union([AprilFixedSingle, AprilFixedMulti, AprilAgenticSingle, AprilAgenticMulti])

/** One job of August 2026. */
export const AugustRow = z.union([AugustFixedSingle, AugustFixedMulti, AugustAgenticSingle, AugustAgenticMulti])

/** The schema of a row of that epoch. */
export function rowSchema(epoch: Epoch): z.ZodType {
  return epoch === 'apr2026' ? AprilRow : AugustRow
}
