import { renderLikeness, writeTracesPage } from '@reprise/result-aggregator'
import { compareCorpora, corpusSamples } from '@reprise/trace'
import type { Command } from 'commander'
import { type CacheOption, cacheOption } from '../options/corpus-store.ts'
import { parsePercent } from '../options/parse.ts'
import { addReadingOptions, type ReadingOptions, tracesWords } from '../options/reading-options.ts'
import { findTraces } from '../run/load-corpus.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import { examples, writeJson } from '../terminal/output.ts'

interface CompareOptions extends ReadingOptions, CacheOption {
  readonly within?: number
  readonly html?: string
  readonly json: boolean
  readonly quiet: boolean
}

/** `reprise trace compare`: how like two corpora are, distribution by distribution. */
export function registerTraceCompare(trace: Command, { io, setExitCode }: CommandContext): void {
  addReadingOptions(
    trace
      .command('compare')
      .argument('<a>', `to measure by: ${tracesWords}`)
      .argument('<b>', 'traces to hold against them')
      .description(
        'Say how like two corpora are: a distance for each distribution, and how far p10, p50 and p90 differ.',
      ),
  )
    .option(
      '--within <percent>',
      'end with 2 where p10, p50 or p90 of turns, input, output, think time or hit rate differ by more',
      parsePercent,
    )
    .addOption(cacheOption())
    .option('--html <file>', 'write one page with a picture of each distribution, which needs no network')
    .option('--json', 'as JSON on stdout', false)
    .option('--quiet', 'no progress', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise trace compare recorded/ made/',
        'npx reprise trace compare recorded/ made/ --within 10 --json',
      ),
    )
    .action(async (a: string, b: string, options: CompareOptions) => {
      const talk = { ...io, quiet: options.quiet }
      const [ofA, ofB] = [await findTraces(a, options, talk), await findTraces(b, options, talk)]
      const samples = [corpusSamples(ofA.corpus), corpusSamples(ofB.corpus)] as const
      const comparison = compareCorpora(...samples)
      if (options.html !== undefined) await writeTracesPage(options.html, { names: [a, b], samples, comparison })
      if (options.html !== undefined && !options.quiet) io.stderr.write(`wrote ${options.html}\n`)
      const ok = options.within === undefined || isWithin(options.within / 100, comparison.largest?.difference)
      if (options.json) writeJson(io, { a, b, ...comparison, ...(options.within !== undefined && { ok }) })
      else {
        io.stdout.write(renderLikeness(comparison))
        if (options.within !== undefined) io.stdout.write(`${ok ? 'within' : 'not within'} ${options.within} %\n`)
      }
      if (!ok) setExitCode(exitCodes.author)
    })
}

/** What cannot be told is not within anything. */
function isWithin(share: number, difference: number | undefined): boolean {
  return difference !== undefined && Math.abs(difference) <= share
}
