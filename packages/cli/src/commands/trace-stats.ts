import { renderSurvey, writeTracesPage } from '@reprise/result-aggregator'
import type { CorpusFacts } from '@reprise/result-aggregator/run'
import { renderBlockIds, renderEdges, renderSubagentTimes } from '@reprise/result-aggregator/run'
import { type CorpusStats, corpusSamples, formatTitle, surveyCorpus } from '@reprise/trace'
import type { Command } from 'commander'
import { type CacheOption, cacheOption } from '../options/corpus-store.ts'
import { parseTokenList } from '../options/parse-tokens.ts'
import { addReadingOptions, type ReadingOptions, tracesWords } from '../options/reading-options.ts'
import { findTraces } from '../run/load-corpus.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { examples, grouped, several, writeJson } from '../terminal/output.ts'

/** `reprise trace stats`: what traces hold, and what a cache, a context and a memory make of it. */
export function registerTraceStats(trace: Command, { io }: CommandContext): void {
  addReadingOptions(
    trace
      .command('stats')
      .argument('<path>', tracesWords)
      .description(
        'Count requests, tokens and blocks; show distributions, cache ceilings, what a context leaves, and working sets.',
      ),
  )
    .option('--context <n,...>', 'limits of the context to look at, in tokens', parseTokenList(1))
    .addOption(cacheOption())
    .option('--html <file>', 'write one page to look at, which needs no network')
    .option('--json', 'as JSON on stdout', false)
    .option('--quiet', 'no progress', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise trace stats traces/',
        'npx reprise trace stats trace_0277.json.gz --json',
        'npx reprise trace stats traces/ --context 131072,262144 --html stats.html',
      ),
    )
    .action(async (path: string, options: StatsOptions) => {
      const { corpus, facts } = await findTraces(path, options, { ...io, quiet: options.quiet })
      const samples = corpusSamples(corpus)
      const survey = surveyCorpus(corpus, options.context && { contextTokens: options.context }, samples)
      if (options.html !== undefined)
        await writeTracesPage(options.html, { name: path === '-' ? 'stdin' : path, survey, samples })
      if (options.html !== undefined && !options.quiet) io.stderr.write(`wrote ${options.html}\n`)
      if (options.json) writeJson(io, { ...survey, ...facts })
      else io.stdout.write(`${renderStats(survey, facts)}\n${renderSurvey(survey)}`)
    })
}

interface StatsOptions extends ReadingOptions, CacheOption {
  readonly context?: readonly number[]
  readonly html?: string
  readonly json: boolean
  readonly quiet: boolean
}

function renderStats(stats: CorpusStats, facts: CorpusFacts): string {
  const { pairs } = stats
  const share = (part: number) => (pairs.consecutive > 0 ? ` (${((100 * part) / pairs.consecutive).toFixed(1)} %)` : '')
  const rows = [
    ...(facts.format === undefined ? [] : [['format', formatTitle(facts.format)]]),
    ['traces', grouped(stats.traces)],
    ['requests', grouped(stats.requests + stats.subagentRequests)],
    ['subagents', `${grouped(stats.subagents)} with ${grouped(stats.subagentRequests)} of them`],
    ...(facts.format === 'weka' ? [['subagent times', renderSubagentTimes(facts)]] : []),
    ...(facts.edges ? [['waits', renderEdges(facts.edges)]] : []),
    ...(facts.splitTraces === undefined ? [] : [['agents told apart', `in ${several(facts.splitTraces, 'trace')}`]]),
    ['input tokens', grouped(stats.inputTokens)],
    ['output tokens', grouped(stats.outputTokens)],
    ['blocks', `${grouped(stats.blocks)}, of which unique ${grouped(stats.uniqueBlocks)}`],
    ['block ids', renderBlockIds(facts)],
    ['hit rate', `${stats.hitRate?.toFixed(6) ?? '-'} with an infinite cache (${several(stats.hitBlocks, 'block')})`],
    ['pairs', grouped(pairs.consecutive)],
    ['  growth', `${grouped(pairs.growth)}${share(pairs.growth)}`],
    ['  last block changed', `${grouped(pairs.lastBlockChanged)}${share(pairs.lastBlockChanged)}`],
  ]
  return rows.map(([name, value]) => `${name!.padEnd(22)}${value}\n`).join('')
}
