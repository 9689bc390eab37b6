import { type ImportedLogs, importLogs, logNames, renderProblem, writeFileWhole } from '@reprise/trace'
import { type Command, Option } from 'commander'
import { parseTokens } from '../options/parse-tokens.ts'
import { plainOption, type TraceTarget, traceTargets } from '../options/trace-targets.ts'
import { writeTraces } from '../run/write-traces.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import type { Io } from '../terminal/io.ts'
import { examples, grouped, several, writeJson } from '../terminal/output.ts'
import { startProgress } from '../terminal/progress.ts'

interface ImportOptions {
  readonly out: string
  readonly to: TraceTarget
  readonly from?: (typeof logNames)[number]
  readonly blockSize: number
  readonly tokenizer?: string
  readonly plain: boolean
  readonly json: boolean
  readonly quiet: boolean
}

/** `reprise trace import`: traces out of the logs that people have. */
export function registerTraceImport(trace: Command, { io }: CommandContext): void {
  trace
    .command('import')
    .argument(
      '<path>',
      'logs of Claude Code (~/.claude/projects) or Codex (~/.codex/sessions), OTLP spans, OpenAI requests: a file, a folder with all below it, or -',
    )
    .description('Make traces of session logs and requests: lengths, times and blocks, and nothing of their texts.')
    .requiredOption(
      '--out <path>',
      'weka: a folder, one .json.gz per trace; dynamo, mooncake: a file (.jsonl, .jsonl.gz)',
    )
    .addOption(new Option('--to <format>', 'what to write').choices(traceTargets).default('weka'))
    .addOption(new Option('--from <kind>', 'what the logs are; default: what their first record is').choices(logNames))
    .option('--block-size <tokens>', 'tokens of a block', parseTokens(1, 4096), 64)
    .option('--tokenizer <file>', 'tokenizer.json for texts whose length no log tells; default: four bytes a token')
    .addOption(plainOption())
    .option('--json', 'what was written, as JSON on stdout', false)
    .option('--quiet', 'no progress', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise trace import ~/.claude/projects --out mine/',
        'npx reprise trace import batch-requests.jsonl --tokenizer tokenizer.json --to mooncake --out batch.jsonl',
      ),
    )
    .action(async (path: string, options: ImportOptions) => {
      const { out, to, plain, blockSize } = options
      const imported = await readLogs(path, options, io)
      for (const problem of imported.problems.slice(0, shownProblems))
        io.stderr.write(`${problem.severity}: ${renderProblem(problem)}\n`)
      const written = await writeTraces(imported.corpus, { to, out, plain })
      const { from: title, tokenizer, files, corpus } = imported
      const losses = [...imported.losses, ...written]
      const report = { from: title, to, files, tokenizer, blockSize, traces: corpus.traces.length, losses }
      const lossFile = `${out.replace(/\/+$/, '')}.losses.json`
      await writeFileWhole(lossFile, `${JSON.stringify(report, null, 2)}\n`)
      if (options.json) writeJson(io, { ...report, problems: imported.problems.length, out, lossFile })
      else io.stdout.write(renderReport(report, out))
    })
}

/** With progress: a folder of logs may have gigabytes. */
async function readLogs(
  path: string,
  { from, blockSize, tokenizer: tokenizerFile, quiet }: ImportOptions,
  io: Io,
): Promise<ImportedLogs> {
  let status = ''
  const progress = startProgress(io, {
    quiet,
    lines: (columns) => (status ? [{ text: status.slice(0, columns), tone: 'plain' }] : []),
    plain: () => status,
  })
  try {
    return await importLogs(path, {
      blockSize,
      ...(from !== undefined && { from }),
      ...(tokenizerFile !== undefined && { tokenizerFile }),
      onProgress: ({ filesDone, files }) => {
        status = `reading logs: ${filesDone} of ${files} files`
      },
    })
  } finally {
    progress.end()
  }
}

const shownProblems = 10

interface Report {
  readonly from: string
  readonly files: number
  readonly traces: number
  readonly tokenizer: string
  readonly losses: ImportedLogs['losses']
}

function renderReport({ from, files, traces, tokenizer, losses }: Report, out: string): string {
  const lines = losses.map(({ kind, field, count, why }) => `  ${kind} ${field}: ${why} (${grouped(count)})\n`)
  return [
    `wrote ${several(traces, 'trace')} to ${out}, of ${from} in ${several(files, 'file')}; texts are counted by ${tokenizer}\n`,
    'names of sessions, models and agents are those of the logs: trace anonymize takes them out\n',
    lines.length === 0 ? '' : `what is not as in the logs:\n${lines.join('')}`,
  ].join('')
}
