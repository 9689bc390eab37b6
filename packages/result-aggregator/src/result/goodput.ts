import { z } from 'zod'

/** What an objective may be about: of these the least is best, and of the speeds the most. */
export const SloName = z.enum([
  'ttft',
  'ttfat',
  'tpot',
  'itl_compat',
  'e2e',
  'co_ttft',
  'co_e2e',
  'interactivity',
  'e2e_interactivity',
])
export type SloName = z.infer<typeof SloName>

/** Objectives that a request has to keep, all of them: milliseconds that it may take at most, tokens per second that it has to have at least. */
export const Slo = z
  .partialRecord(SloName, z.number().positive())
  .refine((slo) => Object.keys(slo).length > 0, 'names no objective')
export type Slo = z.infer<typeof Slo>

const count = z.int().nonnegative()

/** Requests that kept every objective. */
export const Goodput = z.strictObject({
  slo: Slo,
  good: count,
  /** Of so many: those that ended well, and those that failed or were cancelled, which keep none. */
  judged: count,
  /** Requests that ended well and of which an objective says nothing, a pace where there is one token for example, while they broke no other. */
  unjudged: count,
  /** By how many each objective was broken; a request that failed broke none in particular. */
  broken: z.partialRecord(SloName, count),
  /** `good` / `judged`. Absent: none was judged. */
  share: z.number().optional(),
  /** Good ones that ended in the window, per second of it. */
  requestsPerS: z.number().optional(),
  perGpu: z.number().optional(),
})
export type Goodput = z.infer<typeof Goodput>

/** The objectives that a result was judged by. They are a question to the records and no part of them, so whoever builds it anew asks the same. */
export function objectivesOf({ goodput }: { readonly goodput?: Goodput | undefined }): { slo?: Slo } {
  return goodput ? { slo: goodput.slo } : {}
}
