import { manifestProblems, renderManifestProblems } from '@reprise/result-aggregator'
import { buildRun, readRun, refuseLive, type Slo, saveResult, toldOtherwise } from '@reprise/result-aggregator/run'
import { logText } from '@reprise/safe-text'
import type { Command } from 'commander'
import { commandNotes } from '../options/command-notes.ts'
import { addPageOption } from '../options/output-options.ts'
import { parseSlo } from '../options/parse-slo.ts'
import { type ToldOptions, toldOf } from '../options/told-of.ts'
import { addToldOptions } from '../options/told-options.ts'
import type { FinishedRun } from '../run/perform-run.ts'
import { reportRuns } from '../run/report-runs.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { commandLine } from '../terminal/command-line.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import { examples } from '../terminal/output.ts'
import { registerResultsAttest } from './results-attest.ts'
import { registerResultsCollect } from './results-collect.ts'
import { registerResultsCompareSweep } from './results-compare-sweep.ts'
import { registerResultsExport } from './results-export.ts'
import { registerResultsJob } from './results-job.ts'
import { registerResultsMerge } from './results-merge.ts'
import { registerResultsValidate } from './results-validate.ts'
import { registerResultsVerify } from './results-verify.ts'

interface BuildOptions extends ToldOptions {
  readonly json: boolean
  readonly report: boolean
  readonly slo?: Slo
}

/** `reprise results ...`: records to results, jobs to a table, runs to what others read. */
export function registerResults(program: Command, context: CommandContext): void {
  const { io, setExitCode } = context
  const results = program.command('results').description(commandNotes.results.about)
  const build = results
    .command('build')
    .argument('<run...>', 'run folders')
    .description('Compute results.json and report.html anew from what a run wrote down, also from one that was killed.')
    .option('--slo <bounds>', 'count the requests that keep all of these, instead of what the run was told', parseSlo)
    .option('--json', 'the results as JSON on stdout', false)
  addToldOptions(addPageOption(build))
    .addHelpText(
      'after',
      examples(
        'npx reprise results build runs/real',
        'npx reprise results build runs/real --gpus 8 --hardware b200 --price-per-gpu-hour 2.34',
        'npx reprise results build runs/sweep/lanes-*',
        'npx reprise results build runs/real --slo ttft=2s,tpot=50ms',
      ),
    )
    .action(async (folders: string[], { json, slo, report, ...options }: BuildOptions) => {
      const told = toldOf(options)
      const runs: FinishedRun[] = []
      for (const folder of folders) {
        await refuseLive(folder)
        const otherwise = toldOtherwise((await readRun(folder)).run, told)
        if (otherwise !== undefined)
          throw new UsageError(`${folder}: ${otherwise}: the run was told so when it began. Leave the flag out.`)
        const result = await buildRun(folder, { told, ...(slo && { slo }) })
        const changed = (await manifestProblems(folder)) ?? []
        if (changed.length > 0)
          io.stderr.write(
            `${logText(`${folder} ${renderManifestProblems(changed)}`)}; its result is built from what is there\n`,
          )
        runs.push({ result, path: await saveResult(folder, result) })
      }
      setExitCode(await reportRuns(runs, { json, io, command: commandLine(io.argv), ...(report && { page: {} }) }))
    })
  registerResultsJob(results, context)
  registerResultsMerge(results, context)
  registerResultsCollect(results, context)
  registerResultsCompareSweep(results, context)
  registerResultsExport(results, context)
  registerResultsValidate(results, context)
  registerResultsVerify(results, context)
  registerResultsAttest(results, context)
}
