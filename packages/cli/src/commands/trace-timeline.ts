import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { corpusTimeline, readRunTimelines, type TimelineSource, writeTimeline } from '@reprise/result-aggregator'
import { printable } from '@reprise/safe-text'
import type { Corpus } from '@reprise/trace'
import type { Command } from 'commander'
import { type CacheOption, cacheOption } from '../options/corpus-store.ts'
import { addReadingOptions, type ReadingOptions, tracesWords } from '../options/reading-options.ts'
import { findTraces } from '../run/load-corpus.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import type { Talk } from '../terminal/io.ts'
import { examples, grouped, several, writeJson } from '../terminal/output.ts'

interface TimelineOptions extends ReadingOptions, CacheOption {
  readonly out: string
  readonly only?: string
  readonly json: boolean
  readonly quiet: boolean
}

/** `reprise trace timeline`: traces, runs and simulations as Perfetto shows them. */
export function registerTraceTimeline(trace: Command, { io }: CommandContext): void {
  addReadingOptions(
    trace
      .command('timeline')
      .argument('<path...>', `the folder of a run or of several, or ${tracesWords}; several are laid over one another`)
      .description(
        'Write traces, runs and simulations for ui.perfetto.dev: a track for each session, arrows between them, counters.',
      ),
  )
    .option('--out <file>', 'where to', 'timeline.json')
    .option('--only <id,...>', 'of traces: those of these ids alone')
    .addOption(cacheOption())
    .option('--json', 'what was written, as JSON on stdout', false)
    .option('--quiet', 'no progress', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise trace timeline traces/ --only trace_0277',
        'npx reprise trace timeline runs/live runs/simulated --out both.json',
      ),
    )
    .action(async (paths: readonly string[], options: TimelineOptions) => {
      const sources: TimelineSource[] = []
      for (const path of paths) sources.push(...(await sourcesOf(path, options, { ...io, quiet: options.quiet })))
      const { events, bytes } = await writeTimeline(options.out, sources)
      const told = sources.map(({ name, sessions, requests, tools }) => ({
        ...{ name, sessions: sessions.length, requests: requests.length, tools: tools.length },
      }))
      if (options.json) return writeJson(io, { path: options.out, events, bytes, sources: told })
      for (const { name, sessions, requests, tools } of told)
        io.stdout.write(
          `${printable(name, 200)}: ${several(requests, 'request')} and ${several(tools, 'tool call')} of ${several(sessions, 'session')}\n`,
        )
      const size = `${grouped(events)} events, ${(bytes / 1e6).toFixed(1)} MB`
      io.stdout.write(`wrote ${printable(options.out, 300)} (${size}); open it at https://ui.perfetto.dev\n`)
    })
}

async function sourcesOf(path: string, options: TimelineOptions, talk: Talk): Promise<TimelineSource[]> {
  const runs = (await isFolder(path)) ? await readRunTimelines(path) : []
  if (runs.length > 0) return runs
  const { corpus } = await findTraces(path, options, talk)
  return [corpusTimeline(only(corpus, options.only), `traces ${path === '-' ? 'of stdin' : basename(path)}`)]
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

/** @throws UsageError for an id that no trace has. */
function only(corpus: Corpus, ids: string | undefined): Corpus {
  if (ids === undefined) return corpus
  const wanted = new Set(ids.split(','))
  const traces = corpus.traces.filter(({ id }) => wanted.delete(id))
  const [missing] = wanted
  if (missing !== undefined) throw new UsageError(`--only ${printable(missing)}: no trace has this id.`)
  return { ...corpus, traces }
}
