import { z } from 'zod'
import type { Job } from './job.ts'

const name = z.string().min(1).max(1_000)
const count = z.int().positive()
const roleCount = z.int().nonnegative()
const component = z.strictObject({ name, version: name })

const worker = z.strictObject({
  workers: roleCount,
  tp: roleCount,
  pp: count,
  dcpSize: count,
  pcpSize: count,
  ep: roleCount,
  dpAttn: z.boolean(),
  hardware: name.exactOptional(),
  additionalSettings: z.array(z.string().max(4_000)).max(1_000).readonly().exactOptional(),
})

const topology = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('single'),
    tp: count,
    pp: count,
    dcpSize: count,
    pcpSize: count,
    ep: count,
    dpAttn: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('multi'), prefill: worker, decode: worker }),
])

const offloading = z.strictObject({
  tier: z.enum(['none', 'cpu', 'ssd', 'dram']),
  backend: z.strictObject({ name, version: name.exactOptional() }).exactOptional(),
})

const scenario = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('fixed-seq-len'),
    inputTokens: count,
    outputTokens: count,
    maxModelTokens: count,
  }),
  z.strictObject({
    kind: z.literal('agentic-coding'),
    durationS: z.number().positive(),
    offloading,
    totalCpuDramGb: z.int().nonnegative(),
  }),
])

/** What a job of a sweep does: a `Job` as it travels, without what the sweep job says beside it and without its place in a file. */
export const PlannedJob = z.strictObject({
  image: name,
  model: name,
  modelPrefix: name,
  precision: name,
  framework: name,
  runner: name,
  specDecoding: z.enum(['none', 'mtp', 'draft_model']),
  topology,
  scenario,
  concurrencies: z.array(count).min(1).max(10_000).readonly(),
  name,
  disagg: z.boolean(),
  router: component.exactOptional(),
  kvP2pTransfer: name.exactOptional(),
  evaluation: z.strictObject({
    run: z.boolean().exactOptional(),
    only: z.literal(true).exactOptional(),
    concurrency: count.exactOptional(),
    allConcurrencies: z.literal(true).exactOptional(),
  }),
}) satisfies z.ZodType<Omit<Job, 'configKey' | 'gpus' | 'path'>>
export type PlannedJob = Omit<Job, 'configKey' | 'gpus' | 'path'>

/** The part of a job that travels. */
export function plannedJob(job: Job): PlannedJob {
  const { configKey: _, gpus: __, path: ___, ...planned } = job
  return planned
}
