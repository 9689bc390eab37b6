import { ConfigError, type Problem, quoted } from '@reprise/config-file'
import { canonicalJson } from '../job/canonical-json.ts'
import type { Job } from '../job/job.ts'
import { rowOf } from '../job/row-of.ts'
import type { Matrix } from '../read/read-matrix.ts'
import type { CommonFlags } from './flags.ts'
import { markEvaluations } from './mark-evaluations.ts'

/** The jobs of a sweep in order, and what their author should know. */
export interface Sweep {
  readonly jobs: readonly Job[]
  /** Warnings and notes only. */
  readonly problems: readonly Problem[]
}

export interface UnfinishedSweep {
  readonly matrix: Matrix
  readonly jobs: readonly Job[]
  readonly flags: CommonFlags
  readonly notes: readonly Problem[]
}

/**
 * Marks evaluations, keeps only them if asked, drops jobs that repeat another one, and refuses to be empty. Under compat,
 * repeated jobs stay and nothing is a result like any other.
 *
 * @throws ConfigError if no job is left and that is not allowed.
 */
export function finishSweep({ matrix, jobs, flags, notes }: UnfinishedSweep): Sweep {
  const marked = markEvaluations(jobs, flags, matrix.config.epoch)
  if (matrix.compat) return { jobs: marked, problems: matrix.warnings }
  const { unique, repeated } = withoutRepeats(marked, matrix)
  const problems = [...matrix.warnings, ...notes, ...repeated, ...unknownLabels(unique, matrix)]
  if (unique.length > 0 || flags.allowEmpty) return { jobs: unique, problems }
  const message =
    jobs.length === 0 ? 'the filters leave no job' : 'none of the jobs that the filters leave is evaluated'
  const cure = `loosen a filter (the files have ${matrix.config.entries.length} entries), or say --allow-empty`
  throw new ConfigError([...problems, { severity: 'error', code: 'empty', message, cure }])
}

function withoutRepeats(jobs: readonly Job[], matrix: Matrix): { unique: Job[]; repeated: Problem[] } {
  const seen = new Set<string>()
  const repeated: Problem[] = []
  const unique = jobs.filter((job) => {
    const text = canonicalJson(rowOf(job, matrix.config.epoch))
    if (!seen.has(text)) return seen.add(text)
    const place = matrix.place(job.path)
    const message = `${job.name} at concurrency ${job.concurrencies.join(', ')} is already in the sweep; it is left out here`
    const cure = 'remove the concurrency from one of the lines'
    repeated.push({ severity: 'warning', code: 'duplicate-point', ...(place && { place }), message, cure })
    return false
  })
  return { unique, repeated }
}

/** GitHub would queue a job for a label that no runner has until it times out. */
function unknownLabels(jobs: readonly Job[], { runners, config, place }: Matrix): Problem[] {
  const keys = new Set(jobs.map((job) => job.configKey))
  return config.entries
    .filter((entry) => keys.has(entry.key) && !runners.labels.has(entry.runner))
    .map((entry): Problem => {
      const at = place([entry.key, 'runner'])
      const message = `no runner has the label ${quoted(entry.runner)} of ${entry.key}`
      return {
        severity: 'warning',
        code: 'unknown-label',
        ...(at && { place: at }),
        message,
        cure: 'add it to runners.yaml',
      }
    })
}
