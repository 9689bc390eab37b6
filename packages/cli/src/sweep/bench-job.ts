import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { stopLaunch } from '@reprise/launcher'
import type { SweepJob } from '@reprise/matrix-generator'
import { jobFiles, jobFolderName } from '@reprise/result-aggregator/job-folder'
import { writeFileWhole } from '@reprise/result-aggregator/run'
import { z } from 'zod'
import { ownHosts } from '../launch/own-hosts.ts'
import type { ReadingOptions } from '../options/reading-options.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import { corpusFlags } from './corpus-flags.ts'
import { finishJob, type JobEnd } from './finish-job.ts'

export interface BenchJobOptions extends ReadingOptions {
  /** Folder of all jobs. */
  readonly jobs: string
  readonly traces?: string
  readonly quiet: boolean
  readonly say: (text: string) => void
}

export interface BenchedJob extends JobEnd {
  /** A bug of ours showed itself; it has been told. */
  readonly hadBug: boolean
}

/**
 * Does one job on this machine, by the commands that a runner of a sweep gives, in the same order: launch, replay, evaluation, stop, verdict.
 * Whatever happens in between, the server is stopped and the job gets its status.
 */
export async function benchJob(
  job: SweepJob,
  options: BenchJobOptions,
  { io, runCommand }: Pick<CommandContext, 'io' | 'runCommand'>,
): Promise<BenchedJob> {
  const folder = join(options.jobs, jobFolderName(job.id))
  const state = join(folder, jobFiles.launch)
  // What an earlier attempt was killed over: the folder is the only word of it.
  for (const each of [state, join(folder, jobFiles.evaluation)]) await stopLaunch(each, ownHosts)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const file = join(folder, jobFiles.job)
  await writeFileWhole(file, JSON.stringify(job))
  const codes: number[] = []
  const run = async (...words: string[]) => {
    // A command's product is kept; everything else goes where it always goes.
    let stdout = ''
    const code = await runCommand(words, { ...io, argv: words, stdout: { write: (text) => (stdout += text) } })
    codes.push(code)
    return { code, stdout }
  }
  try {
    options.say('launching')
    const quiet = options.quiet ? ['--quiet'] : []
    const launched = await run('launch', 'run', '--job', file, '--state', state, '--detach', '--json', ...quiet)
    if (launched.code === exitCodes.done)
      await measure(job, { ...options, folder, file, run, server: launched.stdout, signal: io.signal })
  } finally {
    await run('launch', 'stop', '--state', state, '--json')
  }
  const end = await finishJob(job, { folder, cancelled: io.signal.aborted })
  return { ...end, hadBug: codes.includes(exitCodes.bug) }
}

const Server = z.object({ url: z.string(), model: z.string() })

interface Measuring extends BenchJobOptions {
  readonly folder: string
  readonly file: string
  readonly run: (...words: string[]) => Promise<unknown>
  /** What `launch run` printed. */
  readonly server: string
  readonly signal: AbortSignal
}

async function measure(job: SweepJob, { folder, file, run, ...options }: Measuring): Promise<void> {
  const { url, model } = Server.parse(JSON.parse(options.server))
  const { evaluation } = job.job
  const measured = ['--job', file, '--url', url, '--model', model, '--json']
  if (!evaluation.only) {
    options.say('replaying')
    const quiet = options.quiet ? ['--quiet'] : []
    await run(
      'replay',
      ...measured,
      '--launch',
      join(folder, jobFiles.launch),
      '--out',
      join(folder, jobFiles.run),
      // The sweep has one page of all its jobs.
      '--no-report',
      ...corpusFlags(job, options),
      ...quiet,
    )
  }
  if (options.signal.aborted || (!evaluation.run && !evaluation.only)) return
  options.say('evaluating')
  await run('launch', 'eval', ...measured, '--out', join(folder, jobFiles.evaluation))
}
