import * as z from 'zod'

/** A number of GPUs, ranks, workers or tokens: a whole number from 1. */
export const Count = z.int().positive()

/** Like `Count`, but 0 in a role that has no workers. */
export const RoleCount = z.int().nonnegative()

export const NonEmpty = z.string().min(1)

export const SpecDecoding = z.enum(['none', 'mtp', 'draft_model'])

/** Concurrency is either a list or a geometric range; which of the two, the rules check (`rules/concurrency.ts`). */
export const concurrencyFields = {
  'conc-list': z
    .array(z.int())
    .nullish()
    .describe('Concurrencies to measure, each greater than 0. Not together with a range.'),
  'conc-start': z
    .int()
    .nullish()
    .describe('First concurrency of a range; each next one is the last times the step size.'),
  'conc-end': z.int().nullish().describe('Last concurrency of a range; always measured.'),
}

/** The settings that a launcher exports for a worker, each `KEY=VALUE`. */
export const AdditionalSettings = z.array(z.string()).nullish().describe('KEY=VALUE strings that the launcher exports.')

/** A component that runs beside the engine. */
export const Component = z
  .strictObject({ name: NonEmpty, version: NonEmpty })
  .describe('A component and its own version, not its image.')

export const KvOffloadBackend = z.strictObject({ name: NonEmpty, version: NonEmpty.nullish() })

/** What names a benchmark, in both epochs. */
export const identityFields = {
  image: z.string().describe('Container image; a digest or an enroot # is allowed.'),
  model: z.string().describe('Hugging Face id or served name.'),
  'model-prefix': z.string().describe('Short model code; first part of experiment names, so without underscore.'),
  precision: z.string(),
  framework: z.string(),
  runner: z.string().describe('Scheduling label of runners.yaml.'),
}
