import { type Loss, readingLosses, writeFileWhole } from '@reprise/trace'
import { type Command, Option } from 'commander'
import { addReadingOptions, type ReadingOptions, tracesWords } from '../options/reading-options.ts'
import { plainOption, traceTargets } from '../options/trace-targets.ts'
import { readTraces } from '../run/load-corpus.ts'
import { writeTraces } from '../run/write-traces.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { examples, grouped, several, writeJson } from '../terminal/output.ts'

/** What only a conversion writes: every wait with its trigger, for who replays that. */
const targets = [...traceTargets, 'agentic-mooncake'] as const

interface ConvertOptions extends ReadingOptions {
  readonly to: (typeof targets)[number]
  readonly out: string
  readonly plain: boolean
  readonly json: boolean
  readonly quiet: boolean
}

/** `reprise trace convert`: traces of one format as those of another, and what that loses. */
export function registerTraceConvert(trace: Command, { io }: CommandContext): void {
  addReadingOptions(
    trace
      .command('convert')
      .argument('<path>', tracesWords)
      .description('Write traces in another format, and beside them what that loses: OUT.losses.json.'),
  )
    .addOption(new Option('--to <format>', 'what to write').choices(targets).makeOptionMandatory())
    .requiredOption(
      '--out <path>',
      'dynamo, mooncake: a file (.jsonl, .jsonl.gz); weka: a folder, one .json.gz per trace',
    )
    .addOption(plainOption())
    .option('--json', 'what was written, as JSON on stdout', false)
    .option('--quiet', 'no progress', false)
    .addHelpText('after', examples('npx reprise trace convert shards/ --to weka --out traces/'))
    .action(async (path: string, options: ConvertOptions) => {
      const { corpus, blockHashes } = await readTraces(path, options, { ...io, quiet: options.quiet })
      const kept = options.to === 'dynamo' && blockHashes ? { hashes: blockHashes } : {}
      const losses = [...readingLosses(corpus, kept), ...(await writeTraces(corpus, { ...options, ...kept }))]
      const report: Report = {
        from: corpus.origin.format,
        to: options.to,
        traces: corpus.traces.length,
        ...(corpus.edges && { edges: corpus.edges }),
        ...(options.to === 'dynamo' && { hashes: blockHashes ? 'kept' : 'made' }),
        losses,
      }
      const lossFile = `${options.out.replace(/\/+$/, '')}.losses.json`
      await writeFileWhole(lossFile, `${JSON.stringify(report, null, 2)}\n`)
      if (options.json) writeJson(io, { ...report, out: options.out, lossFile })
      else io.stdout.write(renderReport(report, options.out))
    })
}

/** What lies beside the files. */
interface Report {
  readonly from: string
  readonly to: ConvertOptions['to']
  readonly traces: number
  /** What the requests of the files that were read wait for comes from. */
  readonly edges?: string
  /** Of Dynamo: those that were read, bit for bit, or made by its rule from the ids of blocks. */
  readonly hashes?: 'kept' | 'made'
  readonly losses: readonly Loss[]
}

function renderReport({ traces, hashes, losses }: Report, out: string): string {
  const how = hashes === 'kept' ? ', its hashes bit for bit' : ''
  const wrote = `wrote ${several(traces, 'trace')} to ${out}${how}\n`
  if (losses.length === 0) return `${wrote}nothing is lost\n`
  const lines = losses.map(({ kind, field, count, why }) => `  ${kind} ${field}: ${why} (${grouped(count)})\n`)
  return `${wrote}what is lost:\n${lines.join('')}`
}
