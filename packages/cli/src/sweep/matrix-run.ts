import {
  ConfigError,
  FlagError,
  type Problem,
  readTextFiles,
  renderAnnotations,
  renderProblems,
} from '@reprise/config-file'
import type { Job, Matrix, Row, Sweep, SweepPlan } from '@reprise/matrix-generator'
import { foreignConfigFiles, type MatrixFileOptions, type SweepOptions } from '../options/matrix-options.ts'
import { exitCodes, UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'

/** The package, as loaded by the command that needs it. */
export type Generator = typeof import('@reprise/matrix-generator')

/** What the actions of all `matrix` commands share. */
export interface MatrixContext {
  readonly io: Io
  readonly setExitCode: (code: number) => void
}

/** InferenceX's generator ends with 1 for anything wrong in a file. */
const upstreamFileError = 1

/** The files that the options name, read and checked. Throws the generator's ConfigError. */
export function readMatrixFiles(generator: Generator, options: MatrixFileOptions): Matrix {
  const configFiles = readTextFiles([...options.configFiles, options.runnerConfig])
  const runnerFile = configFiles.pop()
  return generator.readMatrix({ configFiles, runnerFile: runnerFile!, ...readOptions(options) })
}

export function readOptions({ epoch, compat }: MatrixFileOptions): Pick<MatrixFileOptions, 'epoch' | 'compat'> {
  return { compat, ...(epoch !== undefined && { epoch }) }
}

/** Expands, and prints rows (or what the options ask for instead) as one line of JSON, problems on stderr. */
export function printSweep(
  context: MatrixContext,
  options: SweepOptions,
  expand: (generator: Generator, files: Matrix) => Sweep,
): Promise<void> {
  return guarded(context, options, (generator) => {
    const files = readMatrixFiles(generator, options)
    const { jobs, problems } = expand(generator, files)
    tell(context.io, options, problems)
    return printJobs(context.io, generator, files, jobs, options)
  })
}

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

/** Prints what the options make of the jobs of an expansion. @throws ConfigError, UsageError */
export async function printJobs(
  io: Io,
  generator: Generator,
  files: Matrix,
  jobs: readonly Job[],
  options: PrintOptions,
): Promise<void> {
  if (options.as === 'rows' && (options.debugTrace || options.requireRecipes))
    throw new UsageError('--debug-trace and --require-recipes are about jobs: say --as jobs, or leave them out.')
  const chosen = chooseJobs(generator, files, jobs, options)
  const value = options.estimate
    ? { schema: 'sweep-estimate/1', ...generator.estimateSweep(chosen, files.runners) }
    : options.as === 'jobs'
      ? await sweepOf(io, files, chosen, options)
      : chosen.map((job) => rowOf(generator, files, job, options.withIds))
  io.stdout.write(`${JSON.stringify(value)}\n`)
}

/** Another length first, since it makes other points; then fewer points; then their order, of which the canary is one. */
function chooseJobs(
  generator: Generator,
  { config: { epoch } }: Matrix,
  jobs: readonly Job[],
  { durationOverride, trim, order, canary: part }: PrintOptions,
): readonly Job[] {
  const lasting = durationOverride === undefined ? jobs : jobs.map((job) => lastingS(job, durationOverride))
  const kept = trim ? generator.trimConcurrencies(lasting, epoch) : lasting
  const ordered = order === 'priority' ? generator.byPriority(kept) : kept
  if (part === undefined) return ordered
  const { canary, rest } = generator.chooseCanary(ordered)
  return part === 'without' ? rest : canary ? [canary] : []
}

/** The job with another window, which is another point; one of fixed lengths has none. */
export function lastingS(job: Job, durationS: number): Job {
  return job.scenario.kind === 'agentic-coding' ? { ...job, scenario: { ...job.scenario, durationS } } : job
}

async function sweepOf(io: Io, files: Matrix, jobs: readonly Job[], options: PrintOptions): Promise<SweepPlan> {
  // Profiles and recipes are for jobs alone: rows are printed without the time that loading their readers takes.
  const { planJobs } = await import('./plan-jobs.ts')
  const { plan, problems } = planJobs(files, jobs, {
    debugTrace: options.debugTrace,
    requireRecipes: options.requireRecipes,
    ...foreignConfigFiles(options.configFiles),
  })
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new ConfigError(problems)
  tell(io, options, problems)
  return plan
}

function rowOf(generator: Generator, { config: { epoch } }: Matrix, job: Job, withIds: boolean): Row {
  const row = generator.rowOf(job, epoch)
  if (!withIds) return row
  return { ...row, 'config-key': job.configKey, gpus: job.gpus, 'point-id': generator.pointId(job, epoch) }
}

/** Runs an action; what the author of a file or flag did wrong is told on stderr and ends in the exit code, not in a throw. */
export async function guarded(
  { io, setExitCode }: MatrixContext,
  options: Pick<MatrixFileOptions, 'annotations'> & { readonly compat?: boolean },
  action: (generator: Generator) => void | Promise<void>,
): Promise<void> {
  const generator = await import('@reprise/matrix-generator')
  try {
    await action(generator)
  } catch (error) {
    const isFile = error instanceof ConfigError
    if (!isFile && !(error instanceof FlagError)) throw error
    tell(io, options, error.problems)
    setExitCode(isFile && options.compat ? upstreamFileError : exitCodes.author)
  }
}

/** Problems on stderr: for a terminal, or in a workflow as annotations of the lines they are about. */
export function tell(
  io: Io,
  { annotations }: Pick<MatrixFileOptions, 'annotations'>,
  problems: readonly Problem[],
): void {
  if (problems.length === 0) return
  const asAnnotations = annotations || io.env.GITHUB_ACTIONS === 'true'
  io.stderr.write(asAnnotations ? renderAnnotations(problems) : renderProblems(problems))
}
