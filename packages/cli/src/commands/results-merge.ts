import { manifestProblems, mergeShards, renderManifestProblems, saveFidelity } from '@reprise/result-aggregator'
import {
  buildRun,
  demandFree,
  findRuns,
  type RunHeader,
  readRun,
  refuseLive,
  runFiles,
  saveResult,
} from '@reprise/result-aggregator/run'
import { logText, quoteWord } from '@reprise/safe-text'
import type { Corpus } from '@reprise/trace'
import type { Command } from 'commander'
import { addPageOption } from '../options/output-options.ts'
import { unshardedWords } from '../options/unsharded-words.ts'
import { reportRuns } from '../run/report-runs.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { commandLine } from '../terminal/command-line.ts'
import type { Io } from '../terminal/io.ts'
import { examples } from '../terminal/output.ts'
import { replayedCorpus } from './replayed-corpus.ts'

interface MergeFlags {
  readonly out: string
  readonly traces?: string
  readonly partial: boolean
  readonly overwrite: boolean
  readonly quiet: boolean
  readonly json: boolean
  readonly report: boolean
}

/** `reprise results merge`: the shards of a run to one run. */
export function registerResultsMerge(results: Command, { io, setExitCode }: CommandContext): void {
  addPageOption(results.command('merge'))
    .argument('<shard...>', 'folders of all shards, or one that they are in')
    .description('Make one run of its shards (replay --shard), and build its result and its page.')
    .requiredOption('--out <folder>', 'folder of the whole run')
    .option(
      '--traces <path>',
      'where the traces are now, if their blocks are shared; default: where the shards read them',
    )
    .option('--partial', 'take shards that broke off, too: all of them count until the first did', false)
    .option('--overwrite', 'replace the run that the folder holds', false)
    .option('--json', 'the result as JSON on stdout', false)
    .option('--quiet', 'no progress', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise results merge runs/large --out runs/large-merged',
        'npx reprise results merge shard-0 shard-1 shard-2 shard-3 --out runs/large',
      ),
    )
    .action(async (paths: string[], flags: MergeFlags) => setExitCode(await merge(paths, flags, io)))
}

async function merge(paths: readonly string[], flags: MergeFlags, io: Io): Promise<number> {
  const { out, partial, overwrite, quiet, json, report } = flags
  const folders = await findRuns(paths)
  await demandFree(out, { overwrite })
  for (const folder of folders) await checkShard(folder, io)
  const { run } = await readRun(folders[0]!)
  const words = run.argv ?? []
  const seed = { seed: run.plan.seed }
  let read: Promise<Corpus> | undefined
  const corpus = (header: RunHeader) => {
    read ??= replayedCorpus(header, { words, traces: flags.traces }, { ...io, quiet })
    return read
  }
  await mergeShards(folders, {
    ...{ out, partial, overwrite, corpus },
    command: words.length > 0 ? commandLine(unshardedWords(words), seed) : run.command,
  })
  if (run.plan.load.kind === 'schedule')
    await keepFidelity(
      out,
      async () => ({
        corpus: await corpus(run),
        name: flags.traces ?? run.corpus.source ?? 'the traces of its shards',
      }),
      io,
    )
  const result = await buildRun(out)
  const finished = { result, path: await saveResult(out, result) }
  return reportRuns([finished], { json, quiet, io, command: result.provenance.command, ...(report && { page: {} }) })
}

/** What was changed is told, as where a result is built anew. */
async function checkShard(folder: string, io: Io): Promise<void> {
  await refuseLive(folder)
  const changed = (await manifestProblems(folder)) ?? []
  if (changed.length > 0) io.stderr.write(`warning: ${logText(`${folder} ${renderManifestProblems(changed)}`)}\n`)
}

/** Whether the whole is what was captured, as a run in one piece says it. Traces that cannot be read any more cost the merge nothing. */
async function keepFidelity(
  out: string,
  captured: () => Promise<Parameters<typeof saveFidelity>[1]>,
  io: Io,
): Promise<void> {
  try {
    await saveFidelity(out, await captured())
  } catch (error) {
    const why = logText((error as Error).message)
    const cure = `once the traces are there: npx reprise fidelity TRACES ${quoteWord(out)} --save`
    io.stderr.write(`no ${runFiles.fidelity}: ${why}\n${cure}\n`)
  }
}
