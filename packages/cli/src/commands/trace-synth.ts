import {
  corpusStats,
  fitModel,
  parseTraceModel,
  synthCorpus,
  type TraceModel,
  writeLines,
  writeWekaCorpus,
} from '@reprise/trace'
import type { Command } from 'commander'
import { type CacheOption, cacheOption } from '../options/corpus-store.ts'
import { parseNumber, parseSeed, parseWhole } from '../options/parse.ts'
import { parseCount } from '../options/parse-count.ts'
import { readNamed } from '../options/read-named.ts'
import { addReadingOptions, type ReadingOptions, readingWords, tracesWords } from '../options/reading-options.ts'
import { findTraces } from '../run/load-corpus.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import type { Talk } from '../terminal/io.ts'
import { examples, grouped, several, writeJson } from '../terminal/output.ts'

interface SynthOptions extends ReadingOptions, CacheOption {
  readonly out?: string
  readonly like?: string
  readonly fromModel?: string
  readonly model?: string
  readonly traces?: number
  readonly seed: number
  readonly scale: number
  readonly turnScale: number
  readonly thinkScale: number
  readonly growthScale: number
  readonly compactionScale: number
  readonly fanOutScale: number
  readonly subagentShare?: number
  readonly depth?: number
  readonly gzip: boolean
  readonly json: boolean
  readonly quiet: boolean
}

/** `reprise trace synth`: made-up traces, like recorded coding sessions or like any others. */
export function registerTraceSynth(trace: Command, { io }: CommandContext): void {
  const command = trace
    .command('synth')
    .description(
      'Make a seeded corpus as WEKA files, with the shapes of recorded agentic coding sessions, or of the traces or the model that you name.',
    )
    .option('--out <folder>', 'where the files go')
    .option('--like <path>', `to be like: ${tracesWords}`)
  addReadingOptions(command, 'of --like: ')
    .option('--model <file>', 'write what --like was fitted to: quantiles alone, without text, names or ids')
    .option('--from-model <file>', 'be like the traces that this model was fitted to')
    .option('--traces <n>', 'how many; default: 32, or as many as it was fitted to', parseCount(1))
    .option('--seed <n>', "whole number, or 'random'", parseSeed, 42)
    .option('--scale <x>', 'factor on all token counts', parseNumber(0), 1)
    .option('--turn-scale <x>', 'factor on turns per session', parseNumber(0), 1)
    .option('--think-scale <x>', 'factor on think times', parseNumber(0), 1)
    .option('--growth-scale <x>', 'factor on what a turn adds to its prompt', parseNumber(0), 1)
    .option('--compaction-scale <x>', 'factor on how often contexts are compacted; 0: never', parseNumber(0), 1)
    .option(
      '--subagent-share <x>',
      'share of traces with subagents; default: 0.44, or that of the model',
      parseNumber(0, 1),
    )
    .option('--fan-out-scale <x>', 'factor on how many subagents are started together', parseNumber(0), 1)
    .option(
      '--depth <n>',
      'levels of subagents; default: 1, and 2 in every third trace; or those of the model',
      parseWhole(0, 100),
    )
    .addOption(cacheOption())
    .option('--gzip', 'write .json.gz', false)
    .option('--json', 'what was written, as JSON on stdout', false)
    .option('--quiet', 'no progress', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise trace synth --out traces/',
        'npx reprise trace synth --out small/ --traces 8 --scale 0.1 --turn-scale 0.25 --seed 7',
        'npx reprise trace synth --like recorded/ --out made/ --model model.json',
        'npx reprise trace synth --from-model model.json --out more/ --traces 500 --seed 3',
      ),
    )
    .action(async (options: SynthOptions) => {
      const { out, gzip, json, seed } = options
      refuseUnclear(options)
      const model = await modelOf(options, { ...io, quiet: options.quiet })
      if (options.model !== undefined) await writeModel(options.model, model!)
      if (out === undefined) {
        if (json) writeJson(io, { model: options.model, fittedTo: model!.fittedTo })
        else io.stdout.write(`wrote the model of ${grouped(model!.fittedTo.traces)} traces to ${options.model}\n`)
        return
      }
      const traces = options.traces ?? model?.fittedTo.traces ?? 32
      const corpus = synthCorpus({ ...knobsOf(options), seed, traces, ...(model && { model }) })
      const paths = await writeWekaCorpus(corpus, out, { gzip })
      const stats = corpusStats(corpus)
      if (json) writeJson(io, { folder: out, files: paths, digest: corpus.digest, seed, stats })
      else
        io.stdout.write(
          `wrote ${several(paths.length, 'trace')} with ${several(stats.requests + stats.subagentRequests, 'request')} to ${out} (seed ${seed})\n`,
        )
    })
}

function refuseUnclear(options: SynthOptions): void {
  const { out, like, model, fromModel } = options
  const [reading] = readingWords(options)
  if (like !== undefined && fromModel !== undefined)
    throw new UsageError('--like and --from-model both say what to be like; name one.')
  if (model !== undefined && like === undefined)
    throw new UsageError(
      '--model is where the fit of --like goes; name traces with --like, or read one with --from-model.',
    )
  if (out === undefined && model === undefined)
    throw new UsageError('name a folder with --out for the traces, or with --like a file with --model for their model.')
  if (reading !== undefined && like === undefined)
    throw new UsageError(`${reading} is about recorded traces: name them with --like, or leave it out.`)
}

const limit = { maxBytes: 4 * 1024 * 1024, cure: 'name a file that trace synth --model wrote' }

async function modelOf(options: SynthOptions, talk: Talk): Promise<TraceModel | undefined> {
  const { like, fromModel } = options
  if (fromModel !== undefined)
    return parseTraceModel((await readNamed('--from-model', fromModel, limit)).toString('utf8'), fromModel)
  return like === undefined ? undefined : fitModel((await findTraces(like, options, talk)).corpus)
}

async function writeModel(file: string, model: TraceModel): Promise<void> {
  await writeLines([JSON.stringify(model)], file)
}

function knobsOf(options: SynthOptions) {
  const { scale, turnScale, thinkScale, growthScale, compactionScale, fanOutScale, subagentShare, depth } = options
  return {
    ...{ scale, turnScale, thinkScale, growthScale, compactionScale, fanOutScale },
    ...(subagentShare !== undefined && { subagentShare }),
    ...(depth !== undefined && { depth }),
  }
}
