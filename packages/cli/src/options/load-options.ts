import { defaultPreset, presetOf, presets } from '@reprise/replay-engine'
import type { Command } from 'commander'
import { UsageError } from '../terminal/exit-codes.ts'
import { type CacheOption, cacheOption } from './corpus-store.ts'
import {
  type Arrivals,
  parseArrivals,
  parseDurationMs,
  parseDurationOrZeroMs,
  parseNumber,
  parsePositives,
  parseSeed,
  parseStart,
  parseWhole,
  parseWholeList,
} from './parse.ts'
import { addReadingOptions, type ReadingOptions, refuseReadingAlone, tracesWords } from './reading-options.ts'

/** What `replay`, `simulate` and `bench` take about the workload and the load. Absent: as the preset says. */
export interface LoadOptions extends ReadingOptions, CacheOption {
  readonly traces?: string
  readonly preset: string
  readonly lanes?: readonly number[]
  /** Sessions a second, of a preset that has a rate. */
  readonly rate?: readonly number[]
  readonly arrivals?: Arrivals
  readonly seed: number
  readonly duration?: number
  readonly passes?: number
  /** The run has measured enough when so many requests have ended, if its window is not over before. */
  readonly maxRequests?: number
  readonly start?: { readonly min: number; readonly max: number }
  /** False: think time runs out during warm-up. */
  readonly residualThink?: boolean
  readonly timeScale?: number
  readonly thinkCap?: number
  readonly maxContext?: number
  /** The run is given up when warm-up lasts longer. */
  readonly warmupLimit?: number
  /** Pause between warm-up and profiling; `bench` shortens it. */
  readonly quiesceMs?: number
  readonly isl?: number
  readonly osl?: number
  readonly rangeRatio?: number
}

/** Adds those options to a command. */
export function addLoadOptions(command: Command): Command {
  return addReadingOptions(command.option('--traces <path>', `${tracesWords}; default: a small synthetic corpus`))
    .addOption(cacheOption())
    .option('--preset <name>', `rules of the replay: ${presetNames().join(' or ')}`, defaultPreset)
    .option(
      '--lanes <n,...>',
      'agents at work at the same time; several numbers make a run each; default: 8',
      parseWholeList(1),
    )
    .option(
      '--rate <x,...>',
      'of --preset rate: sessions a second; several make a run each; default: 1',
      parsePositives,
    )
    .option(
      '--arrivals <kind>',
      'of --preset rate: gaps between sessions: constant, poisson, or gamma:SHAPE, below 1 in bunches; default: poisson',
      parseArrivals,
    )
    .option('--seed <n>', "whole number, or 'random'; equal seed and traces, equal plan", parseSeed, 42)
    .option('--duration <time>', 'length of the profiling window: 60, 90s, 30m', parseDurationMs)
    .option('--max-requests <n>', 'end when so many measured requests have ended, if that comes first', parseWhole(1))
    .option('--passes <k>', 'play every trace k times and end, without a window', parseWhole(1))
    .option(
      '--start <share>',
      "where each lane's first session starts, by share of its turns: 0, 0.5, 0-0.7",
      parseStart,
    )
    .option(
      '--no-residual-think',
      'let think time run out during warm-up: lanes inside a session fire at once when profiling begins',
    )
    .option('--time-scale <x>', 'multiplies think times and delays', parseNumber(0))
    .option('--think-cap <time>', 'longest think time before scaling: 60, 5m, 0', parseDurationOrZeroMs)
    .option('--warmup-limit <time>', 'a run whose warm-up lasts longer is given up; default: 30m', parseDurationMs)
    .option('--max-context <tokens>', 'turns whose input plus output is larger end their session', parseWhole(1))
    .option('--isl <tokens>', 'input length of fixed-seq-len; default: 1024', parseWhole(1))
    .option('--osl <tokens>', 'output length of fixed-seq-len; default: 256', parseWhole(1))
    .option(
      '--range-ratio <x>',
      'shortest length of fixed-seq-len as a share of the longest; default: 0.8',
      parseNumber(0, 1),
    )
}

/** @throws UsageError where two options exclude each other. */
export function checkLoadOptions(options: LoadOptions): void {
  if (options.duration !== undefined && options.passes !== undefined) {
    throw new UsageError(
      '--duration and --passes exclude each other: a run ends with its window, or when every trace was played. Leave one out.',
    )
  }
  refuseOtherSizes(options)
  const makesItsOwn = hasFixedLengths(options.preset)
  if (makesItsOwn && options.traces !== undefined) {
    throw new UsageError(`--preset ${options.preset} makes its own requests from --isl and --osl: leave --traces out.`)
  }
  refuseReadingAlone(options)
  const lengths = options.isl ?? options.osl ?? options.rangeRatio
  if (!makesItsOwn && lengths !== undefined) {
    const takers = presetNames().filter(hasFixedLengths)
    throw new UsageError(
      `--isl, --osl and --range-ratio are lengths of --preset ${takers.join(' or ')}: name that preset, or leave them out.`,
    )
  }
}

/** A load has the size of its kind: lanes, a rate, or none. */
function refuseOtherSizes({ preset, lanes, rate, arrivals }: LoadOptions): void {
  const kind = presetOf(preset)?.load.kind
  if (kind === undefined) return
  const refuse = (flag: string, wanted: typeof kind) => {
    const takers = presetNames().filter((name) => presetOf(name)?.load.kind === wanted)
    throw new UsageError(`${flag} is not of --preset ${preset}: leave it out, or name ${takers.join(' or ')}.`)
  }
  if (lanes !== undefined && kind !== 'lanes') refuse('--lanes', 'lanes')
  if (rate !== undefined && kind !== 'rate') refuse('--rate', 'rate')
  if (arrivals !== undefined && kind !== 'rate') refuse('--arrivals', 'rate')
}

function hasFixedLengths(preset: string): boolean {
  return presetOf(preset)?.corpus.kind === 'fixed-lengths'
}

function presetNames(): string[] {
  return Object.keys(presets)
}
