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
import type { CommandContext } from '../terminal/command-context.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { tellProblems } from '../terminal/tell-problems.ts'
import { guarded } from './guarded.ts'
import { lastingS } from './lasting-s.ts'
import { readMatrixFiles } from './read-matrix-files.ts'

export type PrintOptions = Pick<
  SweepOptions,
  | 'withIds'
  | 'order'
  | 'canary'
  | 'estimate'
  | 'as'
  | 'durationOverride'
  | 'debugTrace'
  | 'trim'
  | 'requireRecipes'
  | 'annotations'
  | 'configFiles'
>

/** Expands, and prints rows (or what the options ask for instead) as one line of JSON, problems on stderr. */
export function printSweep(
  context: CommandContext,
  options: SweepOptions,
  expand: (files: Matrix) => Sweep,
): Promise<void> {
  return guarded(context, options, () => {
    const files = readMatrixFiles(options)
    const { jobs, problems } = expand(files)
    tellProblems(context.io, options, problems)
    return printJobs(files, jobs, options, context.io)
  })
}

/** Prints what the options make of the jobs of an expansion. @throws ConfigError, UsageError */
export async function printJobs(files: Matrix, jobs: readonly Job[], options: PrintOptions, io: Io): Promise<void> {
  if (options.as === 'rows' && (options.debugTrace || options.requireRecipes))
    throw new UsageError('--debug-trace and --require-recipes are about jobs: say --as jobs, or leave them out.')
  const chosen = chooseJobs(files, jobs, options)
  const value = options.estimate
    ? { schema: 'sweep-estimate/1', ...estimateSweep(chosen, files.runners) }
    : options.as === 'jobs'
      ? await sweepOf(files, chosen, options, io)
      : chosen.map((job) => printedRow(files, job, options.withIds))
  io.stdout.write(`${JSON.stringify(value)}\n`)
}

/** Another length first, since it makes other points; then fewer points; then their order, of which the canary is one. */
function chooseJobs(
  { config: { epoch } }: Matrix,
  jobs: readonly Job[],
  { durationOverride, trim, order, canary: part }: PrintOptions,
): readonly Job[] {
  const lasting = durationOverride === undefined ? jobs : jobs.map((job) => lastingS(job, durationOverride))
  const kept = trim ? trimConcurrencies(lasting, epoch) : lasting
  const ordered = order === 'priority' ? byPriority(kept) : kept
  if (part === undefined) return ordered
  const { canary, rest } = chooseCanary(ordered)
  return part === 'without' ? rest : canary ? [canary] : []
}

async function sweepOf(files: Matrix, jobs: readonly Job[], options: PrintOptions, io: Io): Promise<SweepPlan> {
  // Profiles and recipes are for jobs alone: rows are printed without the time that loading their readers takes.
  const { planJobs } = await import('./plan-jobs.ts')
  const { plan, problems } = planJobs(files, jobs, {
    debugTrace: options.debugTrace,
    requireRecipes: options.requireRecipes,
    ...foreignConfigFiles(options.configFiles),
  })
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new ConfigError(problems)
  tellProblems(io, options, problems)
  return plan
}

function printedRow({ config: { epoch } }: Matrix, job: Job, withIds: boolean): Row {
  const row = rowOf(job, epoch)
  if (!withIds) return row
  return { ...row, 'config-key': job.configKey, gpus: job.gpus, 'point-id': pointId(job, epoch) }
}
