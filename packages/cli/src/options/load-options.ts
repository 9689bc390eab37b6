import { loadFields } from '@reprise/replay-engine'
import { defaultPreset, presetOf, presets } from '@reprise/replay-engine/presets'
import type { PrecisionTarget, Slo } from '@reprise/result-aggregator/run'
import { type Command, Option } from 'commander'
import { UsageError } from '../terminal/exit-codes.ts'
import { type CacheOption, cacheOption } from './corpus-store.ts'
import {
  type Arrivals,
  parseArrivals,
  parseDurationMs,
  parseDurationOrZeroMs,
  parseNumber,
  parsePositive,
  parsePositives,
  parseSeed,
  parseStart,
  parseWholeList,
} from './parse.ts'
import { parseCount } from './parse-count.ts'
import { parseHeaderNames } from './parse-header-names.ts'
import { parsePrecision } from './parse-precision.ts'
import { parseSlo } from './parse-slo.ts'
import { parseTokens } from './parse-tokens.ts'
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
  /** Runs of each size, with seeds that count up from `seed`; absent: one. */
  readonly repeat?: number
  readonly duration?: number
  readonly passes?: number
  /** The run has measured enough when so many requests have ended, if its window is not over before. */
  readonly maxRequests?: number
  /** Lanes become more in one run: so long each step settles before it is measured. */
  readonly ramp?: number | true
  /** The same when a figure is known so exactly. */
  readonly targetHalfWidth?: PrecisionTarget
  readonly start?: { readonly min: number; readonly max: number }
  /** False: think time runs out during warm-up. */
  readonly residualThink?: boolean
  readonly speedup?: number
  /** False: the times of a schedule count from the beginning of the recording. */
  readonly autoOffset?: boolean
  readonly turns?: 'recorded' | 'gaps'
  readonly sessionHeaders?: readonly string[]
  readonly parentHeaders?: readonly string[]
  /** Absent: trees share no text. */
  readonly sharedSystem?: number | 'declared'
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
  /** What a request should keep; it is counted, and changes nothing of what is sent. */
  readonly slo?: Slo
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
      '--ramp [time]',
      'with several --lanes: one run in which they become more, a window each after so long of settling; default: 1m',
      (text) => parseDurationOrZeroMs(text),
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
    .option('--duration <time>', windowWords(), parseDurationMs)
    .option('--max-requests <n>', 'end when so many measured requests have ended, if that comes first', parseCount(1))
    .option('--slo <bounds>', 'count the requests that keep all of these: ttft=2s,tpot=50ms', parseSlo)
    .option(
      '--target-half-width <metric=share>',
      'end when a figure is known so exactly, if that comes first: ttft_p90=5%, tpot_p50=2%',
      parsePrecision,
    )
    .option(
      '--passes <k>',
      'play every trace k times and end, without a window; default: 1 where the preset has no window',
      parseCount(1),
    )
    .option(
      '--start <share>',
      "where each lane's first session starts, by share of its turns: 0, 0.5; default: as the preset has it, 0-0.7 of agentx-v0.1",
      parseStart,
    )
    .option(
      '--no-residual-think',
      'let think time run out during warm-up: lanes inside a session fire at once when profiling begins',
    )
    .option('--speedup <x>', 'of --preset fixed-schedule: replay so many times as fast as recorded', parsePositive)
    .option(
      '--no-auto-offset',
      'of --preset fixed-schedule: keep the time from the beginning of the recording to its first request',
    )
    .addOption(
      new Option(
        '--turns <when>',
        'of --preset fixed-schedule: turns at their recorded times, or at recorded gaps after what they wait for',
      ).choices(['recorded', 'gaps']),
    )
    .option(
      '--session-headers <name,...>',
      "headers that carry the id of a request's session, or 'none'; default: as the preset says",
      parseHeaderNames,
    )
    .option(
      '--parent-headers <name,...>',
      "headers that carry the id of the session that started it, or 'none'; default: as the preset says",
      parseHeaderNames,
    )
    .option(
      '--shared-system <tokens>',
      "system prompts of all trees begin alike: so many tokens of each at most, or 'declared', all that the traces declare",
      parseSharedSystem,
    )
    .option('--time-scale <x>', 'multiplies think times and delays; default: 1', parseNumber(0))
    .option(
      '--think-cap <time>',
      'longest think time before scaling: 60, 5m, 0; default: as the preset has it, 60s of agentx-v0.1 and rate',
      parseDurationOrZeroMs,
    )
    .option('--warmup-limit <time>', 'a run whose warm-up lasts longer is given up; default: 30m', parseDurationMs)
    .option(
      '--max-context <tokens>',
      'turns whose input plus output is larger end their session: 131072, 128K; default: what the server says that it holds',
      parseTokens(1),
    )
    .option('--isl <tokens>', 'input length of fixed-seq-len; default: 1024', parseTokens(1))
    .option('--osl <tokens>', 'output length of fixed-seq-len; default: 256', parseTokens(1))
    .option(
      '--range-ratio <x>',
      'shortest length of fixed-seq-len as a share of the longest; default: 0.8',
      parseNumber(0, 1),
    )
}

/** For commands whose runs may be repeated with other seeds. */
export function addRepeatOption(command: Command): Command {
  return command.option(
    '--repeat <n>',
    'runs of each size, with seeds that count up from --seed: one curve, with intervals from three on',
    parseCount(1, 100),
  )
}

function windowWords(): string {
  const windows = Object.entries(presets).flatMap(([name, { load }]) =>
    load.until.kind === 'window' ? [`${load.until.durationMs / 60_000}m of ${name}`] : [],
  )
  return `length of the profiling window: 60, 90s, 30m; default: as the preset has it, ${windows.join(', ')}`
}

/** @throws InvalidArgumentError */
function parseSharedSystem(text: string): number | 'declared' {
  return text === 'declared' ? text : parseTokens(1)(text)
}

/** @throws UsageError where two options exclude each other. */
export function checkLoadOptions(options: LoadOptions): void {
  if (options.duration !== undefined && options.passes !== undefined) {
    throw new UsageError(
      '--duration and --passes exclude each other: a run ends with its window, or when every trace was played. Leave one out.',
    )
  }
  refuseOtherFields(options)
  refuseLoneRamp(options)
  if (options.speedup !== undefined && options.timeScale !== undefined)
    throw new UsageError(
      '--speedup and --time-scale say the same of a schedule, one as the other turned over. Leave one out.',
    )
  const makesItsOwn = hasFixedLengths(options.preset)
  if (makesItsOwn && options.traces !== undefined) {
    throw new UsageError(`--preset ${options.preset} makes its own requests: leave --traces out.`)
  }
  refuseReadingAlone(options)
  const lengths = options.isl ?? options.osl ?? options.rangeRatio
  if (!takesLengths(options.preset) && lengths !== undefined) {
    const takers = presetNames().filter(takesLengths)
    throw new UsageError(
      `--isl, --osl and --range-ratio are lengths of --preset ${takers.join(' or ')}: name that preset, or leave them out.`,
    )
  }
}

function refuseLoneRamp({ ramp, lanes = [], passes, maxRequests, targetHalfWidth }: LoadOptions): void {
  if (ramp === undefined) return
  if (lanes.length < 2) throw new UsageError('--ramp wants the lanes of its steps: --lanes 1,4,16 --ramp')
  if (passes !== undefined) throw new UsageError('--ramp measures a window in each step: leave --passes out')
  if (maxRequests !== undefined || targetHalfWidth)
    throw new UsageError('--ramp ends with its last window: leave --max-requests and --target-half-width out')
}

/** Options that only some kinds of load have, and the field of the load that they set. */
const fieldOf: readonly (readonly [option: keyof LoadOptions, flag: string, field: string])[] = [
  ['lanes', '--lanes', 'lanes'],
  ['ramp', '--ramp', 'lanes'],
  ['rate', '--rate', 'sessionsPerS'],
  ['arrivals', '--arrivals', 'arrivals'],
  ['start', '--start', 'start'],
  ['thinkCap', '--think-cap', 'thinkCapMs'],
  ['warmupLimit', '--warmup-limit', 'warmupLimitMs'],
  ['speedup', '--speedup', 'autoOffset'],
  ['turns', '--turns', 'turns'],
]
/** The same, of options that are true unless they are taken away. */
const takenAway: typeof fieldOf = [
  ['residualThink', '--no-residual-think', 'residualThink'],
  ['autoOffset', '--no-auto-offset', 'autoOffset'],
]

function refuseOtherFields(options: LoadOptions): void {
  const kind = presetOf(options.preset)?.load.kind
  if (kind === undefined) return
  const given = [
    ...fieldOf.filter(([option]) => options[option] !== undefined),
    ...takenAway.filter(([option]) => options[option] === false),
  ]
  const stray = given.find(([, , field]) => !loadFields(kind).includes(field))
  if (!stray) return
  const [, flag, field] = stray
  const takers = presetNames().filter((name) => loadFields(presetOf(name)!.load.kind).includes(field))
  throw new UsageError(`${flag} is not of --preset ${options.preset}: leave it out, or name ${takers.join(' or ')}.`)
}

function takesLengths(preset: string): boolean {
  const corpus = presetOf(preset)?.corpus
  return corpus?.kind === 'fixed-lengths' && corpus.takesLengths
}

function hasFixedLengths(preset: string): boolean {
  return presetOf(preset)?.corpus.kind === 'fixed-lengths'
}

function presetNames(): string[] {
  return Object.keys(presets)
}
