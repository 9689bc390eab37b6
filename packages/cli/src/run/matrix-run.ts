import type { Job, Matrix, Problem, Row, Sweep } from '@reprise/matrix-generator'
import { exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import type { MatrixFileOptions, SweepOptions } from '../options/matrix-options.ts'

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
  const configFiles = generator.readTextFiles([...options.configFiles, options.runnerConfig])
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
    tell(context.io, generator, options, problems)
    printJobs(context.io, generator, files, jobs, options)
  })
}

export type PrintOptions = Pick<SweepOptions, 'withIds' | 'order' | 'canary' | 'estimate'>

export function printJobs(
  io: Io,
  generator: Generator,
  files: Matrix,
  jobs: readonly Job[],
  options: PrintOptions,
): void {
  const ordered = options.order === 'priority' ? generator.byPriority(jobs) : jobs
  const { canary, rest } = generator.chooseCanary(ordered)
  const chosen = options.canary === undefined ? ordered : options.canary === 'only' ? (canary ? [canary] : []) : rest
  const value = options.estimate
    ? { schema: 'sweep-estimate/1', ...generator.estimateSweep(chosen, files.runners) }
    : chosen.map((job) => rowOf(generator, files, job, options.withIds))
  io.stdout.write(`${JSON.stringify(value)}\n`)
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
    const isFile = error instanceof generator.ConfigError
    if (!isFile && !(error instanceof generator.FlagError)) throw error
    tell(io, generator, options, error.problems)
    setExitCode(isFile && options.compat ? upstreamFileError : exitCodes.author)
  }
}

/** Problems on stderr: for a terminal, or in a workflow as annotations of the lines they are about. */
export function tell(
  io: Io,
  generator: Generator,
  { annotations }: Pick<MatrixFileOptions, 'annotations'>,
  problems: readonly Problem[],
): void {
  if (problems.length === 0) return
  const asAnnotations = annotations || io.env.GITHUB_ACTIONS === 'true'
  io.stderr.write(asAnnotations ? generator.renderAnnotations(problems) : generator.renderProblems(problems))
}
