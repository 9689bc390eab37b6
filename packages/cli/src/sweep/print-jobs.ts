import { ConfigError } from '@reprise/config-file'
import {
  byPriority,
  chooseCanary,
  estimateSweep,
  type Job,
  type Matrix,
  pointId,
  type Row,
  rowOf,
  type Sweep,
  type SweepPlan,
  trimConcurrencies,
} from '@reprise/matrix-generator'
import { foreignConfigFiles, type SweepOptions } from '../options/matrix-options.ts'
import { readIndex } from '../options/read-index.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { tellProblems } from '../terminal/tell-problems.ts'
import { arrangeSweep } from './arrange-sweep.ts'
import { guarded } from './guarded.ts'
import { agentxFastS, lastingS } from './lasting-s.ts'
import { readMatrixFiles } from './read-matrix-files.ts'

export type PrintOptions = Pick<
  SweepOptions,
  | 'withIds'
  | 'order'
  | 'canary'
  | 'estimate'
  | 'as'
  | 'durationOverride'
  | 'agentxFast'
  | 'debugTrace'
  | 'trim'
  | 'requireRecipes'
  | 'requireLaunches'
  | 'budgetGpuHours'
  | 'confirmGpuHours'
  | 'reuse'
  | 'annotations'
  | 'configFiles'
>

/** Expands, and prints rows (or what the options ask for instead) as one line of JSON, problems on stderr. */
export function printSweep(
  context: CommandContext,
  options: SweepOptions,
  expand: (files: Matrix) => Sweep | Promise<Sweep>,
): Promise<void> {
  return guarded(context, options, async () => {
    const files = readMatrixFiles(options)
    const { jobs, problems } = await expand(files)
    tellProblems(context.io, options, problems)
    return printJobs(files, jobs, options, context.io)
  })
}

/** Prints what the options make of the jobs of an expansion. @throws ConfigError, UsageError */
export async function printJobs(files: Matrix, jobs: readonly Job[], options: PrintOptions, io: Io): Promise<void> {
  refuseAboutJobs(options)
  const chosen = chooseJobs(files, jobs, options)
  const value = options.estimate
    ? { schema: 'sweep-estimate/1', ...estimateSweep(chosen, files.runners) }
    : options.as === 'jobs'
      ? await sweepOf(files, chosen, options, io)
      : chosen.map((job) => printedRow(files, job, options.withIds))
  io.stdout.write(`${JSON.stringify(value)}\n`)
}

/** @throws UsageError for options that only jobs have a place for. */
function refuseAboutJobs(options: PrintOptions): void {
  const { as, debugTrace, requireRecipes, requireLaunches, canary, budgetGpuHours, reuse } = options
  const asked = debugTrace || requireRecipes || requireLaunches || canary === 'first'
  if (as === 'jobs' || !(asked || budgetGpuHours !== undefined || reuse)) return
  throw new UsageError(
    '--debug-trace, --require-recipes, --require-launches, --canary first, --budget-gpu-hours and --reuse are about jobs: say --as jobs, or leave them out.',
  )
}

/** Another length first, since it makes other points; then fewer points; then their order, of which the canary is one. */
function chooseJobs(
  { config: { epoch } }: Matrix,
  jobs: readonly Job[],
  { durationOverride, agentxFast, trim, order, canary: part }: PrintOptions,
): readonly Job[] {
  const windowS = agentxFast ? agentxFastS : durationOverride
  const lasting = windowS === undefined ? jobs : jobs.map((job) => lastingS(job, windowS))
  const kept = trim ? trimConcurrencies(lasting, epoch) : lasting
  const ordered = order === 'priority' ? byPriority(kept) : kept
  if (part === undefined || part === 'first') return ordered
  const { canary, rest } = chooseCanary(ordered)
  return part === 'without' ? rest : canary ? [canary] : []
}

async function sweepOf(files: Matrix, jobs: readonly Job[], options: PrintOptions, io: Io): Promise<SweepPlan> {
  // Profiles and recipes are for jobs alone: rows are printed without the time that loading their readers takes.
  const { planJobs } = await import('./plan-jobs.ts')
  const { plan, problems } = planJobs(files, jobs, {
    debugTrace: options.debugTrace,
    requireRecipes: options.requireRecipes,
    requireLaunches: options.requireLaunches,
    ...foreignConfigFiles(options.configFiles),
  })
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new ConfigError(problems)
  tellProblems(io, options, problems)
  const { canary, reuse, budgetGpuHours, confirmGpuHours } = options
  return arrangeSweep(plan, jobs, files, {
    canaryFirst: canary === 'first',
    nowMs: Date.now(),
    ...(reuse && { index: await readIndex('--reuse', reuse) }),
    ...(budgetGpuHours !== undefined && { budgetGpuHours }),
    ...(confirmGpuHours !== undefined && { confirmedGpuHours: confirmGpuHours }),
  })
}

function printedRow({ config: { epoch } }: Matrix, job: Job, withIds: boolean): Row {
  const row = rowOf(job, epoch)
  if (!withIds) return row
  return { ...row, 'config-key': job.configKey, gpus: job.gpus, 'point-id': pointId(job, epoch) }
}
