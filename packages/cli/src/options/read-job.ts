import { SweepJob, SweepPlan } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import type * as z from 'zod'
import { UsageError } from '../terminal/exit-codes.ts'
import { readNamed } from './read-named.ts'

/** A whole sweep of InferenceX has 1 MB. */
const limit = { maxBytes: 64 * 1024 * 1024, cure: 'no sweep is; name the file of the job' }

/** The job in a file, `-` for stdin: one of those that `reprise matrix ... --as jobs` prints, or a sweep of one. @throws UsageError */
export async function readJob(file: string): Promise<SweepJob> {
  const cure = 'give one of the jobs that reprise matrix ... --as jobs prints'
  const found = await read<SweepJob | SweepPlan>(
    '--job',
    file,
    (value) => (isSweep(value) ? SweepPlan : SweepJob),
    cure,
  )
  if (found.schema === 'sweep-job/2') return found
  const [job] = found.jobs
  if (job !== undefined && found.jobs.length === 1) return job
  const cut = `cut one out, as jq '.jobs[0]' does, or plan one alone`
  throw new UsageError(`--job ${shown(file)}: is a sweep of ${found.jobs.length} jobs; ${cut}`)
}

function isSweep(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'schema' in value && value.schema === 'sweep-plan/1'
}

/** The sweep in a file, `-` for stdin. @throws UsageError, also where two of its jobs have one id. */
export async function readSweep(option: string, file: string): Promise<SweepPlan> {
  const plan = await read<SweepPlan>(option, file, () => SweepPlan, 'give what reprise matrix ... --as jobs prints')
  const ids = plan.jobs.map(({ id }) => id)
  const repeated = ids.find((id, i) => ids.indexOf(id) !== i)
  if (repeated !== undefined)
    throw new UsageError(`${option} ${shown(file)}: the job ${repeated} is in it twice; plan the sweep anew`)
  return plan
}

async function read<T>(
  option: string,
  file: string,
  schemaOf: (value: unknown) => z.ZodType<T>,
  cure: string,
): Promise<T> {
  const text = (await readNamed(option, file, { ...limit, stdin: true })).toString('utf8')
  const fail = (what: string) => new UsageError(`${option} ${shown(file)}: ${what}; ${cure}`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw fail('is not JSON')
  }
  const parsed = schemaOf(value).safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue && issue.path.length > 0 ? `${issue.path.map(String).join('.')}: ` : ''
  throw fail(printable(`${where}${issue?.message ?? 'is another value'}`, 300))
}

function shown(file: string): string {
  return file === '-' ? 'stdin' : printable(file, 300)
}
