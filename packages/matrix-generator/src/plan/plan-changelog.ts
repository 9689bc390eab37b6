import { ConfigError, type Problem } from '@reprise/config-file'
import {
  type CommonFlags,
  checkFlags,
  type ScenarioType,
  scenarioTypes,
  type TestConfigFlags,
} from '../expand/flags.ts'
import { resolveKeys } from '../expand/select-entries.ts'
import { expandTestConfig } from '../expand/test-config.ts'
import type { Job } from '../job/job.ts'
import type { Matrix } from '../read/read-matrix.ts'
import type { AddedEntry } from './parse-changelog.ts'
import { recipeFingerprint } from './point-id.ts'
import { trimConcurrencies } from './trim.ts'

export interface ChangelogInput {
  /** The configuration with the change. */
  readonly head: Matrix
  /** The configuration before it; needed by `append-only` entries alone. */
  readonly base?: Matrix
  readonly added: readonly AddedEntry[]
  /** Each recipe at its lowest concurrency only. */
  readonly trim?: boolean
  readonly noEvals?: boolean
  /** For every entry, as if it said so itself. */
  readonly evalsOnly?: boolean
  readonly allEvals?: boolean
}

/** What a change of the changelog asks for. */
export interface ChangelogPlan {
  readonly throughput: readonly Job[]
  readonly evaluations: readonly Job[]
}

/**
 * The jobs that added changelog entries ask for: throughput and, apart, evaluations. A configuration that several entries name is
 * measured once per scenario type. An `append-only` entry selects the points that are new and nothing else.
 *
 * @throws FlagError for flags that exclude each other.
 * @throws ConfigError for keys that name nothing, and for an `append-only` entry whose old points changed or vanished.
 */
export function planChangelog(input: ChangelogInput): ChangelogPlan {
  checkFlags(evaluationFlags(input), input.head.config.epoch, input.head.compat)
  const seen = { throughput: new Set<string>(), evaluations: new Set<string>() }
  const throughput: Job[] = []
  const evaluations: Job[] = []
  for (const { entry, place } of input.added) {
    const types = entry['scenario-type'] ?? scenarioTypes
    const keys = keysOf(input.head, entry['config-keys'], place)
    const wantsEvalsOnly = input.evalsOnly || entry['evals-only']
    const jobsOf = (kind: 'throughput' | 'evaluations', flags: Partial<TestConfigFlags>) =>
      expandNew(input.head, keys, types, seen[kind], flags)
    if (entry['append-only']) {
      const jobs = jobsOf('throughput', { noEvals: true })
      throughput.push(...newPoints(jobs, input, { keys, types, place }))
      continue
    }
    if (!wantsEvalsOnly) throughput.push(...jobsOf('throughput', { noEvals: true }))
    if (input.noEvals) continue
    const isAll = input.allEvals || entry['all-evals']
    const evaluated = jobsOf('evaluations', isAll ? { allEvals: true } : { evalsOnly: true })
    evaluations.push(...evaluated.filter((job) => hasPrefillEp(job, entry['eval-min-prefill-ep'] ?? 0)))
  }
  const trimmed = input.trim ? trimConcurrencies(throughput, input.head.config.epoch) : throughput
  return { throughput: trimmed, evaluations }
}

function evaluationFlags({ noEvals = false, evalsOnly = false, allEvals = false }: ChangelogInput): CommonFlags {
  return { noEvals, evalsOnly, allEvals }
}

function keysOf(head: Matrix, patterns: readonly string[], place: AddedEntry['place']): string[] {
  try {
    return resolveKeys(head, patterns).map((entry) => entry.key)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new ConfigError(error.problems.map((problem) => ({ ...problem, place })))
  }
}

/** Jobs of the keys and scenario types that no earlier entry has asked for. */
function expandNew(
  matrix: Matrix,
  keys: readonly string[],
  types: readonly ScenarioType[],
  seen: Set<string>,
  flags: Partial<TestConfigFlags>,
): Job[] {
  return keys.flatMap((key) => {
    const fresh = types.filter((type) => !seen.has(`${key} ${type}`))
    for (const type of fresh) seen.add(`${key} ${type}`)
    if (fresh.length === 0) return []
    return expandTestConfig(matrix, { ...flags, configKeys: [key], scenarioTypes: fresh, allowEmpty: true }).jobs
  })
}

interface AppendScope {
  readonly keys: readonly string[]
  readonly types: readonly ScenarioType[]
  readonly place: AddedEntry['place']
}

/** The jobs with the concurrencies that were not measured before; a deployment that has old and new ones keeps the new ones. */
function newPoints(jobs: readonly Job[], { head, base }: ChangelogInput, { keys, types, place }: AppendScope): Job[] {
  const known = base === undefined ? [] : keys.filter((key) => base.config.entries.some((entry) => entry.key === key))
  const before = base === undefined ? [] : expandNew(base, known, types, new Set(), { noEvals: true })
  const now = new Set(jobs.flatMap((job) => pointsOf(job, head)))
  const old = new Map(before.flatMap((job) => pointsOf(job, base!).map((point) => [point, job])))
  const gone = [...old].filter(([point]) => !now.has(point)).map(([, job]) => job)
  if (gone.length > 0) {
    const message = `append-only, but ${gone.length} points of ${gone[0]!.configKey} changed or vanished, such as ${gone[0]!.name}`
    const cure = 'leave image, topology and concurrencies of old points as they were, or remove append-only'
    const problem: Problem = { severity: 'error', code: 'append-only', place, message, cure }
    throw new ConfigError([problem])
  }
  return jobs.flatMap((job) => {
    const points = pointsOf(job, head)
    const concurrencies = job.concurrencies.filter((_, i) => !old.has(points[i]!))
    return concurrencies.length === 0 ? [] : [{ ...job, concurrencies }]
  })
}

/** One text per concurrency of a job, in its order: equal where the same deployment is measured at the same concurrency. */
function pointsOf(job: Job, { config }: Matrix): string[] {
  const recipe = recipeFingerprint(job, config.epoch)
  return job.concurrencies.map((concurrency) => `${recipe} ${concurrency}`)
}

function hasPrefillEp({ topology }: Job, min: number): boolean {
  return topology.kind === 'single' || topology.prefill.ep >= min
}
