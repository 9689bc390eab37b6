import type { SweepJob } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import { identityOfJob, lanesOfJob, windowOfJob } from './job-identity.ts'
import { loadSizeOf } from './load-size.ts'
import type { Result } from './result.ts'

/** What speaks against this being a result of that job, in one line; undefined when nothing does. */
export function mismatchOf(job: SweepJob, { identity, load }: Result): string | undefined {
  const { image, ...wanted } = identityOfJob(job)
  const found = { ...identity, ...(image !== undefined && { image: identity.engine?.image }) }
  const facets = { ...wanted, ...(image !== undefined && { image }) }
  for (const [name, value] of Object.entries(facets)) {
    const other = found[name as keyof typeof found]
    if (!isSame(value, other)) return `its ${name} is ${shown(other)}, and the job's is ${shown(value)}`
  }
  const lanes = lanesOfJob(job)
  const { unit, value } = loadSizeOf(load)
  if (unit !== 'lanes' || !lanes.includes(value))
    return `it has ${value} ${unit}, and the job ${lanes.join(', ')} lanes`
  const windowS = windowOfJob(job)
  if (windowS === undefined) return undefined
  const { until } = load
  if (until.kind === 'window' && until.durationMs === windowS * 1_000) return undefined
  const lasts = until.kind === 'window' ? `a window of ${until.durationMs / 1_000} s` : 'no window'
  return `it has ${lasts}, and the job one of ${windowS} s`
}

function isSame(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other)
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined'
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return JSON.stringify(entries)
}

function shown(value: unknown): string {
  return value === undefined ? 'not told' : printable(JSON.stringify(value), 120)
}
