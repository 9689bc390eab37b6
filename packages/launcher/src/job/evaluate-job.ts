import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { SweepJob } from '@reprise/matrix-generator'
import { runEvaluation } from '../launch/run-evaluation.ts'
import { LaunchError } from '../plan/launch-error.ts'
import { launchLabel } from '../plan/launch-label.ts'
import { renderEvaluationCommand } from '../recipe/render-command.ts'
import { launchFiles, logCompanions } from '../record/launch-files.ts'
import type { EvalRecord } from '../record/launch-record.ts'
import { readJobRecipe } from '../source/read-launch-files.ts'
import type { Hosts } from './host-for.ts'
import { LaunchFolder } from './launch-folder.ts'
import { LaunchFolderError } from './launch-folder-error.ts'
import { stopLaunch } from './stop-launch.ts'
import { writeFileWhole } from './write-file-whole.ts'

export interface EvaluateOptions {
  readonly job: SweepJob
  /** Instead of the job's own. */
  readonly recipe?: string
  readonly url: string
  /** The name that the server answers to. */
  readonly model: string
  readonly out: string
  readonly hosts: Hosts
  readonly signal: AbortSignal
}

/**
 * Runs the evaluation of the job's recipe against a server, and writes `eval.json` and `eval.log`. Without one, the record says
 * `not-configured`.
 *
 * @throws LaunchError, ConfigError when the recipe or its command is no good; LaunchFolderError when `out` cannot be written; the signal's reason.
 */
export async function evaluateJob(options: EvaluateOptions): Promise<EvalRecord> {
  const out = resolve(options.out)
  const folder = new LaunchFolder(out)
  await emptied(out, options.hosts)
  const record = await evaluated(options, folder)
  await writeFileWhole(join(out, launchFiles.evaluation), `${JSON.stringify(record, null, 2)}\n`)
  return record
}

async function evaluated(
  { job, recipe: file, url, model, hosts, signal }: EvaluateOptions,
  folder: LaunchFolder,
): Promise<EvalRecord> {
  const out = folder.path
  const recipe = readJobRecipe(job, file)
  const command = renderEvaluationCommand(recipe, { ...job, job: { ...job.job, model } }, { url, out })
  if (command === undefined || recipe.evaluation === undefined) return { schema: 'eval/1', outcome: 'not-configured' }
  const { deadlineS } = recipe.evaluation
  const label = launchLabel(job.id, `eval-${crypto.randomUUID().slice(0, 8)}`)
  // Whoever kills this process can end the evaluation with `launch stop` on its folder, as a server.
  await folder.claim({ schema: 'launch-server/2', label, host: 'process', stopGraceS: 5, processes: [] })
  return runEvaluation({ ...command, label, deadlineS, folder: out, signal }, hosts('process'))
}

async function emptied(out: string, hosts: Hosts): Promise<void> {
  try {
    await mkdir(out, { recursive: true })
    await stopLaunch(out, hosts)
    const { evaluation, evaluationLog, server, end } = launchFiles
    for (const name of [evaluation, evaluationLog, ...logCompanions(evaluationLog), server, end])
      await rm(join(out, name), { force: true })
  } catch (error) {
    if (error instanceof LaunchFolderError || error instanceof LaunchError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new LaunchFolderError(`${out} cannot be written (${code}); name a folder that can`)
  }
}
