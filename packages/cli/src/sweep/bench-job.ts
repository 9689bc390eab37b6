import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { stopLaunch } from '@reprise/launcher'
import type { SweepJob } from '@reprise/matrix-generator'
import { jobFiles, jobFolderName, writeFileWhole } from '@reprise/result-aggregator'
import { z } from 'zod'
import { ownHosts } from '../launch/own-hosts.ts'
import type { SubagentTimes } from '../options/subagent-times.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { corpusFlags } from './corpus-flags.ts'
import { finishJob, type JobEnd } from './finish-job.ts'

export interface BenchJobOptions {
  /** Folder of all jobs. */
  readonly jobs: string
  readonly traces?: string
  readonly subagentTimes?: SubagentTimes
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
export async function benchJob(job: SweepJob, options: BenchJobOptions, io: Io): Promise<BenchedJob> {
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
    const { code, stdout } = await runCommand(words, io)
    codes.push(code)
    return { code, stdout }
  }
  try {
    options.say('launching')
    const quiet = options.quiet ? ['--quiet'] : []
    const launched = await run('launch', 'run', '--job', file, '--state', state, '--detach', '--json', ...quiet)
    if (launched.code === exitCodes.done) await measure(job, { ...options, folder, file, run }, launched.stdout, io)
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
  readonly run: (...words: string[]) => Promise<{ code: number; stdout: string }>
}

async function measure(job: SweepJob, { folder, file, run, ...options }: Measuring, launched: string, io: Io) {
  const { url, model } = Server.parse(JSON.parse(launched))
  const { evaluation } = job.job
  if (!evaluation.only) {
    options.say('replaying')
    const quiet = options.quiet ? ['--quiet'] : []
    const out = join(folder, jobFiles.run)
    await run(
      'replay',
      '--job',
      file,
      '--url',
      url,
      '--model',
      model,
      '--out',
      out,
      '--json',
      ...corpusFlags(job, options),
      ...quiet,
    )
  }
  if (io.signal.aborted || (!evaluation.run && !evaluation.only)) return
  options.say('evaluating')
  await run(
    'launch',
    'eval',
    '--job',
    file,
    '--url',
    url,
    '--model',
    model,
    '--out',
    join(folder, jobFiles.evaluation),
    '--json',
  )
}

/** A command of ours in this process: its product is kept, everything else goes where it always goes. */
async function runCommand(argv: readonly string[], io: Io): Promise<{ code: number; stdout: string }> {
  // main knows every command, and this is a part of one of them.
  const { main } = await import('../main.ts')
  let stdout = ''
  const code = await main(argv, { ...io, argv, stdout: { write: (text) => (stdout += text) } })
  return { code, stdout }
}
