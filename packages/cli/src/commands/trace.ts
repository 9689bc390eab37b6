import { type CorpusFacts, renderBlockIds, renderEdges, renderSubagentTimes } from '@reprise/result-aggregator'
import { type CorpusStats, corpusStats, formatTitle, synthCorpus, writeWekaCorpus } from '@reprise/trace'
import type { Command } from 'commander'
import { parseNumber, parseSeed, parseWhole } from '../options/parse.ts'
import { addReadingOptions, type ReadingOptions, tracesWords } from '../options/reading-options.ts'
import { readTraces } from '../run/load-corpus.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { examples, grouped, writeJson } from '../terminal/output.ts'
import { registerTraceAnonymize } from './trace-anonymize.ts'
import { registerTraceCheck } from './trace-check.ts'
import { registerTraceConvert } from './trace-convert.ts'

/** `reprise trace ...`: everything about traces. */
export function registerTrace(program: Command, context: CommandContext): void {
  const trace = program.command('trace').description('Look at traces, and make some.')
  registerStats(trace, context)
  registerTraceCheck(trace, context)
  registerTraceConvert(trace, context)
  registerTraceAnonymize(trace, context)
  registerSynth(trace, context)
}

function registerStats(trace: Command, { io }: CommandContext): void {
  addReadingOptions(
    trace
      .command('stats')
      .argument('<path>', tracesWords)
      .description('Count requests, tokens, blocks and what an infinite cache would hold; subagents apart.'),
  )
    .option('--json', 'as JSON on stdout', false)
    .option('--quiet', 'no progress', false)
    .addHelpText(
      'after',
      examples('npx reprise trace stats traces/', 'npx reprise trace stats trace_0277.json.gz --json'),
    )
    .action(async (path: string, options: StatsOptions) => {
      const { corpus, facts } = await readTraces(path, options, { ...io, quiet: options.quiet })
      const stats = corpusStats(corpus)
      if (options.json) writeJson(io, { ...stats, ...facts })
      else io.stdout.write(renderStats(stats, facts))
    })
}

interface StatsOptions extends ReadingOptions {
  readonly json: boolean
  readonly quiet: boolean
}

function renderStats(stats: CorpusStats, facts: CorpusFacts): string {
  const { pairs } = stats
  const share = (part: number) => (pairs.consecutive > 0 ? ` (${((100 * part) / pairs.consecutive).toFixed(1)} %)` : '')
  const rows = [
    ...(facts.format === undefined ? [] : [['format', formatTitle(facts.format)]]),
    ['traces', grouped(stats.traces)],
    ['requests', grouped(stats.requests)],
    ['subagents', `${grouped(stats.subagents)} with ${grouped(stats.subagentRequests)} requests`],
    ...(facts.format === 'weka' ? [['subagent times', renderSubagentTimes(facts)]] : []),
    ...(facts.edges ? [['waits', renderEdges(facts.edges)]] : []),
    ...(facts.splitTraces === undefined ? [] : [['agents told apart', `in ${grouped(facts.splitTraces)} traces`]]),
    ['input tokens', grouped(stats.inputTokens)],
    ['output tokens', grouped(stats.outputTokens)],
    ['blocks', `${grouped(stats.blocks)}, of which unique ${grouped(stats.uniqueBlocks)}`],
    ['block ids', renderBlockIds(facts)],
    ['hit rate', `${stats.hitRate?.toFixed(6) ?? '-'} with an infinite cache (${grouped(stats.hitBlocks)} blocks)`],
    ['pairs', grouped(pairs.consecutive)],
    ['  growth', `${grouped(pairs.growth)}${share(pairs.growth)}`],
    ['  last block changed', `${grouped(pairs.lastBlockChanged)}${share(pairs.lastBlockChanged)}`],
  ]
  return rows.map(([name, value]) => `${name!.padEnd(22)}${value}\n`).join('')
}

interface SynthOptions {
  readonly out: string
  readonly traces: number
  readonly seed: number
  readonly scale: number
  readonly turnScale: number
  readonly subagentShare: number
  readonly gzip: boolean
  readonly json: boolean
}

function registerSynth(trace: Command, { io }: CommandContext): void {
  trace
    .command('synth')
    .description('Make a seeded corpus with the shapes of recorded agentic coding sessions, as WEKA files.')
    .requiredOption('--out <folder>', 'where the files go')
    .option('--traces <n>', 'how many', parseWhole(1), 32)
    .option('--seed <n>', "whole number, or 'random'", parseSeed, 42)
    .option('--scale <x>', 'factor on all token counts; 1: median input near 100,000 tokens', parseNumber(0), 1)
    .option('--turn-scale <x>', 'factor on turns per session; 1: median 45', parseNumber(0), 1)
    .option('--subagent-share <x>', 'share of traces with subagents', parseNumber(0, 1), 0.44)
    .option('--gzip', 'write .json.gz', false)
    .option('--json', 'what was written, as JSON on stdout', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise trace synth --out traces/',
        'npx reprise trace synth --out small/ --traces 8 --scale 0.1 --turn-scale 0.25 --seed 7',
      ),
    )
    .action(async ({ out, gzip, json, ...options }: SynthOptions) => {
      const corpus = synthCorpus(options)
      const paths = await writeWekaCorpus(corpus, out, { gzip })
      const stats = corpusStats(corpus)
      if (json) writeJson(io, { folder: out, files: paths, digest: corpus.digest, seed: options.seed, stats })
      else
        io.stdout.write(
          `wrote ${grouped(paths.length)} traces with ${grouped(stats.requests + stats.subagentRequests)} requests to ${out} (seed ${options.seed})\n`,
        )
    })
}
