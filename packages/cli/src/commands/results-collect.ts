import { join } from 'node:path'
import { collectionFiles, collectSweep, renderCollection, writeCollection } from '@reprise/result-aggregator'
import type { Command } from 'commander'
import { readSweep } from '../options/read-job.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import { examples, writeJson } from '../terminal/output.ts'

interface Options {
  readonly jobs: string
  readonly from: string
  readonly out: string
  readonly json: boolean
}

/** `reprise results collect`: the jobs of a sweep to one table. */
export function registerResultsCollect(results: Command, { io, setExitCode }: CommandContext): void {
  results
    .command('collect')
    .description(
      'Join a planned sweep with the folders of its jobs: a row for every planned job, FAILED or measured. Every result is built again from its records.',
    )
    .requiredOption('--jobs <file>', 'the sweep, as reprise matrix ... --as jobs prints it; - is stdin')
    .requiredOption('--from <folder>', 'folder with the jobs, job-<id> each')
    .requiredOption('--out <folder>', 'where collection.json, tables, picture and report go')
    .option('--json', 'the collection as JSON on stdout', false)
    .addHelpText('after', examples('npx reprise results collect --jobs sweep.json --from artifacts --out results'))
    .action(async ({ jobs, from, out, json }: Options) => {
      const plan = await readSweep('--jobs', jobs)
      const collection = await collectSweep(plan, from)
      const { leftOut } = await writeCollection(collection, { jobs: from, out })
      if (json) writeJson(io, collection)
      else io.stdout.write(`${renderCollection(collection)}\n\n`)
      for (const problem of leftOut) io.stderr.write(`not in the report: ${problem}\n`)
      for (const file of Object.values(collectionFiles)) io[json ? 'stderr' : 'stdout'].write(`${join(out, file)}\n`)
      const { failed, jobs: rows } = collection.totals
      if (rows === 0) io.stderr.write('the sweep has no job: nothing was measured\n')
      if (failed > 0 || rows === 0) setExitCode(exitCodes.invalid)
    })
}
