import { canonicalJson } from './canonical-json.ts'
import type { SweepJob } from './sweep-job.ts'

/** What may change between two measurements of one place of a search space, by field of the row. */
const passing = new Set([
  'image',
  'model',
  'runner',
  'router',
  'kv-offload-backend',
  'total-cpu-dram-gb',
  'duration',
  'exp-name',
  'run-eval',
  'eval-only',
  'eval-conc',
  'conc',
])

/**
 * The place of a job in the search space of its configuration, without its concurrency: jobs of several sweeps that share it are looked at as
 * one, whatever the image, the model, the fleet and the window were.
 */
export function placeOf({ configKey, row }: SweepJob): string {
  return canonicalJson([configKey, Object.fromEntries(Object.entries(row).filter(([field]) => !passing.has(field)))])
}

/** What a job is, by field of its row, for comparison with another one; without its name and its concurrency. */
export function comparedFields({ row }: SweepJob): ReadonlyMap<string, string> {
  const fields = Object.entries(row).filter(([field]) => field !== 'exp-name' && field !== 'conc')
  return new Map(fields.map(([field, value]) => [field, typeof value === 'string' ? value : canonicalJson(value)]))
}
