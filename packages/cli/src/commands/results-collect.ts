import { join } from 'node:path'
import {
  collectionFiles,
  collectSweep,
  compareSweeps,
  comparisonFile,
  renderCollection,
  renderComparison,
  writeCollection,
} from '@reprise/result-aggregator'
import { logText } from '@reprise/safe-text'
import { type Command, InvalidArgumentError } from 'commander'
import { readCollection } from '../options/read-collection.ts'
import { readSweep } from '../options/read-job.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import { examples, writeJson } from '../terminal/output.ts'

interface Options {
  readonly jobs: string
  readonly from: string
  readonly out: string
  readonly run?: string
  readonly compareWith?: string
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
    .option(
      '--run <number>',
      'the run of GitHub that keeps the artifacts of these jobs: index.json names it, so that a later sweep can reuse them',
      parseRun,
    )
    .option('--compare-with <sweep>', 'an earlier collection.json, or its folder: how its points changed is told too')
    .option('--json', 'the collection as JSON on stdout', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise results collect --jobs sweep.json --from artifacts --out results',
        'npx reprise results collect --jobs sweep.json --from artifacts --out results --compare-with results-of-main',
      ),
    )
    .action(async ({ jobs, from, out, run, compareWith, json }: Options) => {
      const plan = await readSweep('--jobs', jobs)
      const earlier = compareWith === undefined ? undefined : await readCollection('--compare-with', compareWith)
      const collection = await collectSweep(plan, from)
      const comparison = earlier && compareSweeps(earlier, collection)
      const { leftOut } = await writeCollection(collection, {
        jobs: from,
        out,
        ...(run !== undefined && { run }),
        ...(comparison && { comparison }),
      })
      if (json) writeJson(io, collection)
      else {
        io.stdout.write(`${renderCollection(collection)}\n\n`)
        if (comparison)
          io.stdout.write(`Against ${logText(compareWith ?? '', 300)}:\n\n${renderComparison(comparison)}\n\n`)
      }
      for (const problem of leftOut) io.stderr.write(`not in the report: ${problem}\n`)
      const written = [...Object.values(collectionFiles), ...(comparison ? [comparisonFile] : [])]
      for (const file of written) io[json ? 'stderr' : 'stdout'].write(`${join(out, file)}\n`)
      const { failed, jobs: rows } = collection.totals
      if (rows === 0) io.stderr.write('the sweep has no job: nothing was measured\n')
      if (failed > 0 || rows === 0) setExitCode(exitCodes.invalid)
    })
}

function parseRun(text: string): string {
  if (/^[0-9]{1,20}$/.test(text)) return text
  throw new InvalidArgumentError('Write the number of a run.')
}
