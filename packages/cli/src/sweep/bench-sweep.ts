import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { SweepPlan } from '@reprise/matrix-generator'
import { collectionFiles, collectSweep, renderCollection, writeCollection } from '@reprise/result-aggregator'
import { lockRun, makeFolder, writeFileWhole } from '@reprise/result-aggregator/run'
import { logText } from '@reprise/safe-text'
import type { ReadingOptions } from '../options/reading-options.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes, UsageError } from '../terminal/exit-codes.ts'
import { heedInterrupt } from '../terminal/heed-interrupt.ts'
import { interruptedExitCode } from '../terminal/interrupts.ts'
import { writeJson } from '../terminal/output.ts'
import { benchJob } from './bench-job.ts'
import { renderJobEnd } from './finish-job.ts'

export interface BenchSweepOptions extends ReadingOptions {
  readonly out: string
  readonly overwrite: boolean
  readonly json: boolean
  readonly quiet: boolean
  readonly traces?: string
  /** The command that does the whole again. */
  readonly command: string
}

type SweepContext = Pick<CommandContext, 'io' | 'runCommand'>

/**
 * Does the jobs of a sweep on this machine, one after the other, and collects them as a sweep on runners is collected. A job that fails
 * does not keep the next from its turn; a user who asks to stop gets a table of what was done.
 *
 * @returns the exit code: 4 where a job failed, that of the interrupt where one kept jobs from being done.
 * @throws UsageError, RunFolderError where the folder holds a sweep already, is another process's, or cannot be written.
 */
export function benchSweep(plan: SweepPlan, options: BenchSweepOptions, context: SweepContext): Promise<number> {
  // Between two commands of a job nobody else heeds it, and its server would be left.
  const locked = async () => {
    const lock = await lockRun(options.out)
    try {
      return await doJobs(plan, options, context)
    } finally {
      await lock.release()
    }
  }
  return heedInterrupt(context.io.signal, locked, context.io.cancel)
}

async function doJobs(plan: SweepPlan, options: BenchSweepOptions, context: SweepContext): Promise<number> {
  const { io } = context
  const { out, json, command } = options
  const jobs = join(out, 'jobs')
  await begin(plan, options, jobs)
  let hadBug = false
  for (const [i, job] of plan.jobs.entries()) {
    const say = (text: string) => {
      if (!options.quiet)
        io.stderr.write(`[${i + 1}/${plan.jobs.length}] ${logText(job.configKey, 200)} ${job.name}: ${text}\n`)
    }
    const end = await benchJob(job, { ...options, jobs, say }, context)
    hadBug ||= end.hadBug
    if (end.status.failure) io.stderr.write(renderJobEnd(end))
    else say('done')
    if (io.signal.aborted) break
  }
  const collection = await collectSweep(plan, jobs)
  const { leftOut } = await writeCollection(collection, { jobs, out })
  for (const problem of leftOut) io.stderr.write(`not in the report: ${problem}\n`)
  if (json) writeJson(io, collection)
  else io.stdout.write(`${renderCollection(collection)}\n\n${paths(out)}\n\nagain: ${command}\n`)
  if (hadBug) return exitCodes.bug
  const isDone = collection.totals.failed === 0 && collection.totals.jobs > 0
  if (isDone) return exitCodes.done
  return io.signal.aborted ? interruptedExitCode(io.signal) : exitCodes.invalid
}

async function begin(plan: SweepPlan, { out, overwrite }: BenchSweepOptions, jobs: string): Promise<void> {
  const sweep = join(out, 'sweep.json')
  if (existsSync(sweep) && !overwrite)
    throw new UsageError(`--out ${out}: holds a sweep already; give another folder, or say --overwrite`)
  await makeFolder(jobs)
  await writeFileWhole(sweep, JSON.stringify(plan))
}

function paths(out: string): string {
  return [collectionFiles.collection, collectionFiles.summary, collectionFiles.csv, collectionFiles.picture]
    .map((file) => join(out, file))
    .concat(`report: ${join(out, collectionFiles.report)}`)
    .join('\n')
}
