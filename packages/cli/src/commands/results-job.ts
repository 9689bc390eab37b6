import type { Command } from 'commander'
import { readJob } from '../options/read-job.ts'
import { exitCodeOfJob, finishJob, renderJobEnd } from '../sweep/finish-job.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { examples, writeJson } from '../terminal/output.ts'

interface Options {
  readonly job: string
  readonly work: string
  readonly cancelled: boolean
  readonly json: boolean
}

/** `reprise results job`: what one job of a sweep left, to its status. */
export function registerResultsJob(results: Command, { io, setExitCode }: CommandContext): void {
  results
    .command('job')
    .description("Say how a sweep's job ended: build its result, judge launch, run and evaluation, write status.json.")
    .requiredOption('--job <file>', 'the job, as reprise matrix ... --as jobs prints it; - is stdin')
    .requiredOption('--work <folder>', 'folder of the job, with launch/, run/ and eval/ as far as it came')
    .option('--cancelled', 'the job was cancelled', false)
    .option('--json', 'the status as JSON on stdout', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise results job --job job.json --work work',
        'npx reprise results job --job job.json --work work --cancelled --json',
      ),
    )
    .action(async ({ job: file, work, cancelled, json }: Options) => {
      const job = await readJob(file)
      const end = await finishJob(job, { folder: work, cancelled })
      if (json) writeJson(io, end.status)
      io[json ? 'stderr' : 'stdout'].write(renderJobEnd(end))
      setExitCode(exitCodeOfJob(end.status))
    })
}
