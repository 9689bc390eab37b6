import type { Plan, Shard } from '@reprise/replay-engine'
import { loadSizeOf } from '@reprise/result-aggregator/run'
import { grouped } from '../terminal/output.ts'
import { aboutText, clockText } from './clock-text.ts'
import { type WarmupWork, warmupWork } from './warmup-work.ts'

/** How fast a server reads and writes, as a prompt showed that was tried before the run. */
export interface Pace {
  readonly inputTokensPerS: number
  readonly msPerOutputToken?: number
}

/** How long a run will be, as far as anybody can say before it. */
export interface RunLength {
  /** Of its load: `8 lanes`. */
  readonly load: string
  /** Absent: there is none. */
  readonly warmup?: WarmupWork & { readonly aboutMs?: number; readonly limitMs?: number }
  readonly quiesceMs: number
  /** What is left of the window; absent: it ends when all has been played. */
  readonly windowMs?: number
  /** Where it has no window: what there is to play. */
  readonly turns?: number
  /** Of a schedule: when its last turn was recorded to start. */
  readonly recordedMs?: number
  readonly drainMs: number
  /** Of the whole; absent where it depends on the server. */
  readonly aboutMs?: number
}

/** `profiledMs`: what earlier attempts took of the window. */
export function runLength(
  plan: Plan,
  {
    pace,
    shard,
    profiledMs = 0,
  }: { readonly pace?: Pace | undefined; readonly shard?: Shard; readonly profiledMs?: number } = {},
): RunLength {
  const { load } = plan
  const work = warmupWork(plan, shard)
  const warmupMs = work.requests === 0 ? 0 : pace && workMs(work, pace)
  const limitMs = load.kind === 'lanes' ? load.warmupLimitMs : undefined
  const quiesceMs = load.kind === 'lanes' && work.requests > 0 ? load.quiesceMs : 0
  const drainMs = Math.min(
    load.drainMs,
    pace?.msPerOutputToken ? longestReply(plan) * pace.msPerOutputToken : load.drainMs,
  )
  const windowMs = load.until.kind === 'window' ? Math.max(0, load.until.durationMs - profiledMs) : undefined
  const recordedMs = load.kind === 'schedule' ? lastTargetMs(plan) : undefined
  const measuredMs = windowMs ?? recordedMs
  return {
    load: loadSizeOf(load).label,
    ...(work.requests > 0 && {
      warmup: {
        ...work,
        ...(warmupMs !== undefined && { aboutMs: Math.min(warmupMs, limitMs ?? warmupMs) }),
        ...(limitMs !== undefined && { limitMs }),
      },
    }),
    ...(load.until.kind === 'passes' && { turns: load.until.passes * turnsOf(plan) }),
    ...{ quiesceMs, drainMs: load.drainMs },
    ...(windowMs !== undefined && { windowMs }),
    ...(recordedMs !== undefined && { recordedMs }),
    ...(measuredMs !== undefined && { aboutMs: (warmupMs ?? 0) + quiesceMs + measuredMs + drainMs }),
  }
}

/** Prompts are read one after the other, as far as a server has so much to do, and the last reply is as long as the longest. */
function workMs(
  { inputTokens, longestOutputTokens }: WarmupWork,
  { inputTokensPerS, msPerOutputToken = 0 }: Pace,
): number {
  return (inputTokens / inputTokensPerS) * 1_000 + longestOutputTokens * msPerOutputToken
}

/** One line about all runs of a command, before the first. `orSooner`: what else ends them. */
export function renderLengths(
  lengths: readonly RunLength[],
  { simulated = false, orSooner }: { readonly simulated?: boolean; readonly orSooner?: string | undefined } = {},
): string {
  const [first] = lengths
  if (!first) return ''
  const runs = lengths.length === 1 ? first.load : `${lengths.length} runs (${loadsOf(lengths)})`
  const parts = [
    ...(simulated ? [] : warmupText(lengths)),
    measuredText(lengths),
    ...(simulated ? [] : drainText(first)),
  ]
  const each = lengths.length === 1 ? '' : ' each'
  const sooner = orSooner === undefined ? '' : `, or until ${orSooner}`
  const about = lengths.every(({ aboutMs }) => aboutMs !== undefined)
    ? `: ${orSooner === undefined ? 'about' : 'at most about'} ${aboutText(lengths.reduce((sum, { aboutMs = 0 }) => sum + aboutMs, 0))}${first.warmup && first.warmup.aboutMs === undefined ? ' and the warm-up' : ''}`
    : ''
  if (simulated) return `length: ${runs},${each} ${parts.join(', ')}, on simulated time${sooner}`
  return `length: ${runs},${each} ${parts.join(', ')}${sooner}${about}; Ctrl-C keeps what is measured`
}

/** Each size once, and how often. */
function loadsOf(lengths: readonly RunLength[]): string {
  const sizes = [...new Set(lengths.map(({ load }) => load))]
  const times = lengths.length / sizes.length
  return `${sizes.join(', ')}${times > 1 ? `, ${times} times` : ''}`
}

function measuredText(lengths: readonly RunLength[]): string {
  const { windowMs, recordedMs } = lengths[0]!
  if (windowMs !== undefined) return `${clockText(windowMs)} measured`
  const turns = range(lengths.map(({ turns = 0 }) => turns))
  if (recordedMs !== undefined) return `${turns} requests at recorded times over ${aboutText(recordedMs)}`
  return `until ${turns} requests have ended`
}

function warmupText(lengths: readonly RunLength[]): string[] {
  const warmups = lengths.flatMap(({ warmup }) => (warmup ? [warmup] : []))
  const [first] = warmups
  if (!first) return []
  const prompts = range(warmups.map(({ requests }) => requests))
  const abouts = warmups.flatMap(({ aboutMs }) => (aboutMs === undefined ? [] : [aboutMs]))
  const about = abouts.length === warmups.length ? spread(abouts.map(aboutText)) : undefined
  const limit = first.limitMs === undefined ? undefined : `at most ${aboutText(first.limitMs)}`
  const said = [about === undefined ? undefined : `about ${about}`, limit]
    .filter((each) => each !== undefined)
    .join(', ')
  return [`a warm-up of ${prompts} ${prompts === '1' ? 'request' : 'requests'}${said === '' ? '' : ` (${said})`}`]
}

function drainText({ drainMs, turns, recordedMs }: RunLength): string[] {
  const ends = turns === undefined || recordedMs !== undefined
  return ends && drainMs > 0 ? [`up to ${clockText(drainMs)} for what is in flight`] : []
}

function range(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return least === most ? grouped(least) : `${grouped(least)} to ${grouped(most)}`
}

function spread(texts: readonly string[]): string {
  const [first, last] = [texts[0]!, texts.at(-1)!]
  return first === last ? first : `${first} to ${last}`
}

function turnsOf({ trees }: Plan): number {
  let turns = 0
  for (const { sessions } of trees) for (const session of sessions) turns += session.turns.length
  return turns
}

function longestReply({ trees }: Plan): number {
  let longest = 0
  for (const { sessions } of trees)
    for (const { turns } of sessions) for (const { outputTokens } of turns) longest = Math.max(longest, outputTokens)
  return longest
}

function lastTargetMs({ trees }: Plan): number {
  let last = 0
  for (const { sessions } of trees)
    for (const { turns } of sessions) for (const { targetMs = 0 } of turns) last = Math.max(last, targetMs)
  return last
}
