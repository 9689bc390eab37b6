import { ConfigError } from '@reprise/config-file'
import {
  expandTestConfig,
  type Job,
  type Matrix,
  pointId,
  type ScenarioType,
  type SweepPlan,
  type TestConfigFlags,
} from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import { foreignConfigFiles } from '../options/matrix-options.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { tellProblems } from '../terminal/tell-problems.ts'
import { lastingS } from './lasting-s.ts'
import { planJobs } from './plan-jobs.ts'
import { readMatrixFiles } from './read-matrix-files.ts'

/** Which jobs `bench --config-key` does or `launch plan --config-key` prints, and how. */
export interface BenchSelection {
  readonly configKey: readonly string[]
  readonly conc?: readonly number[]
  readonly scenarioType?: readonly ScenarioType[]
  /** Ids of jobs. */
  readonly point?: readonly string[]
  /** Seconds. */
  readonly durationOverride?: number
  readonly debugTrace: boolean
  readonly configFiles: readonly string[]
  readonly runnerConfig: string
  /** Default true: jobs that this build cannot launch are refused. */
  readonly isLaunched?: boolean
  /** Default false: jobs need a recipe and the profile of their fleet. */
  readonly isSimulated?: boolean
}

/**
 * The jobs of the named configurations, with recipe and profile.
 *
 * @throws ConfigError where a configuration, a recipe or a profile is wrong or missing; UsageError for points that no configuration has.
 */
export function planBench(selection: BenchSelection, io: Io): SweepPlan {
  const { configFiles, runnerConfig, point, debugTrace, isSimulated = false, isLaunched = !isSimulated } = selection
  const options = { configFiles, runnerConfig, compat: false, annotations: false }
  const matrix = readMatrixFiles(options)
  const jobs = point ? jobsOfPoints(matrix, selection, point) : jobsOfFilters(matrix, selection)
  const { plan, problems: found } = planJobs(matrix, jobs, {
    debugTrace,
    requireRecipes: !isSimulated,
    requireLaunches: isLaunched,
    asksLaunches: isLaunched,
    takesAnyFleet: isSimulated,
    ...foreignConfigFiles(configFiles),
  })
  const problems = isSimulated
    ? found.filter(({ code, severity }) => severity === 'error' || (code !== 'profile' && code !== 'recipe'))
    : found
  if (problems.some(({ severity }) => severity === 'error')) throw new ConfigError(problems)
  tellProblems(io, options, problems)
  return plan
}

function jobsOfFilters(matrix: Matrix, selection: BenchSelection): readonly Job[] {
  const jobs = expand(matrix, selection, { allowEmpty: true })
  if (jobs.length > 0) return jobs
  const { configKey, debugTrace, configFiles, runnerConfig } = selection
  const unfiltered = { configKey, debugTrace, configFiles, runnerConfig }
  const all = expand(matrix, unfiltered, { allowEmpty: true })
  const kinds = [...Map.groupBy(all, ({ scenario }) => scenario.kind)].map(([kind, group]) => {
    const concurrencies = [...new Set(group.flatMap((job) => job.concurrencies))].toSorted((a, b) => a - b)
    return `${kind} at --conc ${concurrencies.join(' ')}`
  })
  const asked = printable(configKey.join(', '), 200)
  throw new UsageError(
    `no job of ${asked} is left by --conc and --scenario-type; there are ${kinds.join(', and ') || 'none'}.`,
  )
}

/** Whether a job evaluates is in its row, and so in its id: a point may be of any of these sweeps. */
const evaluationFlags: readonly Partial<TestConfigFlags>[] = [
  {},
  { noEvals: true },
  { evalsOnly: true },
  { allEvals: true },
]

function jobsOfPoints(matrix: Matrix, selection: BenchSelection, points: readonly string[]): readonly Job[] {
  const { epoch } = matrix.config
  const found = new Map<string, Job>()
  for (const flags of evaluationFlags) {
    if (flags.allEvals && epoch === 'apr2026') continue
    for (const job of expand(matrix, selection, { ...flags, allowEmpty: true })) found.set(pointId(job, epoch), job)
  }
  return [...new Set(points)].map((point) => {
    const job = found.get(point)
    if (job) return job
    throw new UsageError(
      `--point ${printable(point, 40)} is none of the ${found.size} points of ${printable(selection.configKey.join(', '), 200)}. ` +
        'An id is of the row as it was: check out the revision that planned it, give its --duration-override, ' +
        'or give the job itself: --job job.json.',
    )
  })
}

function expand(
  matrix: Matrix,
  { configKey, conc, scenarioType, durationOverride }: BenchSelection,
  flags: Partial<TestConfigFlags>,
): readonly Job[] {
  const { jobs } = expandTestConfig(matrix, {
    ...flags,
    configKeys: configKey,
    ...(conc && { conc }),
    ...(scenarioType && { scenarioTypes: scenarioType }),
  })
  return durationOverride === undefined ? jobs : jobs.map((job) => lastingS(job, durationOverride))
}
