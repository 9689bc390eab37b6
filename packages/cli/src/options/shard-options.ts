import type { Shard } from '@reprise/replay-engine'
import { type Command, InvalidArgumentError } from 'commander'
import { UsageError } from '../terminal/exit-codes.ts'
import { parseDurationMs, parseDurationOrZeroMs } from './parse.ts'

/** Which part of a run a command does, and when it begins. */
export interface ShardOptions {
  readonly shard?: Shard
  readonly startAt?: StartAt
  /** Profiling begins so long after the start. */
  readonly profileAfter?: number
}

/** A date, or, with `+`, so long after now. */
export type StartAt = { readonly date: string } | { readonly afterMs: number }

export function addShardOptions(command: Command): Command {
  return command
    .option(
      '--shard <i/n>',
      'do part i of n (from 0) of a run; others do the rest, at the same time, and results merge makes one of them',
      parseShard,
    )
    .option(
      '--start-at <when>',
      'begin then: 2026-11-28T20:15:00Z, seconds since 1970, or +30s; all shards of a run are given the same',
      parseStartAt,
    )
    .option(
      '--profile-after <time>',
      'of --shard: from the start to the measured window, with warm-up in it; default: 5m, and 0 without warm-up',
      parseDurationOrZeroMs,
    )
}

/** @throws UsageError where they contradict each other or what else is asked for, or the start has passed. */
export function checkShardOptions(
  { shard, startAt, profileAfter }: ShardOptions,
  { runs, stopsBy, nowMs }: { readonly runs: number; readonly stopsBy?: string | undefined; readonly nowMs: number },
): void {
  if (shard && !startAt)
    throw new UsageError(
      '--shard wants a start that all shards have: give each the same --start-at, in a minute or two',
    )
  if (shard && shard.of > 1 && startAt && 'afterMs' in startAt)
    throw new UsageError(
      '--start-at + counts from when each shard is started, and all must begin at once: work the date out once, as in --start-at "$(date -d \'1 minute\' +%s)"',
    )
  if (!shard && profileAfter !== undefined) throw new UsageError('--profile-after is of --shard: leave it out')
  if (startAt && runs > 1) throw new UsageError('--start-at is of one run: give one size of the load')
  if (shard && stopsBy !== undefined)
    throw new UsageError(`${stopsBy} looks at all requests of a run, which no shard knows: leave it out`)
  if (startAt && 'date' in startAt && Date.parse(startAt.date) <= nowMs)
    throw new UsageError(`--start-at ${startAt.date} has passed: give a later one`)
}

/** @throws InvalidArgumentError */
export function parseShard(text: string): Shard {
  const match = /^(\d{1,5})\/(\d{1,5})$/.exec(text.trim())
  const [index, of] = [Number(match?.[1]), Number(match?.[2])]
  if (!(index < of && of <= 10_000))
    throw new InvalidArgumentError('Write which part of how many, counted from 0: 0/4, 1/4, 2/4, 3/4.')
  return { index, of }
}

/** A date without its offset from UTC would be another one on each machine. */
const datePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/** @throws InvalidArgumentError */
export function parseStartAt(text: string): StartAt {
  const trimmed = text.trim()
  if (trimmed.startsWith('+')) return { afterMs: parseDurationMs(trimmed.slice(1)) }
  const epochS = /^\d{9,11}(\.\d+)?$/.test(trimmed) ? Number(trimmed) : Number.NaN
  const ms = datePattern.test(trimmed) ? Date.parse(trimmed) : Math.round(epochS * 1_000)
  if (Number.isNaN(ms))
    throw new InvalidArgumentError(
      'Write a date with its offset, seconds since 1970, or a time from now: 2026-11-28T20:15:00Z, 1795896900, +30s.',
    )
  return { date: new Date(ms).toISOString() }
}
