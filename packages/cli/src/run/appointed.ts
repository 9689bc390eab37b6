import { type Appointment, arrivalsOf, type Plan, type Shard, slotsOfShard } from '@reprise/replay-engine'
import { type Clock, ContinuedClock, WallClock } from '@reprise/replay-engine/clock'
import { compareDates } from '@reprise/replay-engine/endpoint'
import type { RunShard } from '@reprise/result-aggregator/run'
import type { ShardOptions, StartAt } from '../options/shard-options.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import type { EndpointOptions } from './connect-endpoint.ts'

/** When a run begins, on its clock, and which part of one it is. */
export interface Appointed {
  readonly clock: Clock
  readonly appointment?: Appointment
  readonly shard?: RunShard
}

const DEFAULT_PROFILE_AFTER_MS = 300_000
/** Asking a server for its date takes up to so long, and is over before anything is measured. */
const COMPARING_MS = 5_000

/** The clock of a run whose plan is at hand: one that begins now, or whose origin is the appointed start. @throws UsageError */
export async function appointed(
  { shard, startAt, profileAfter }: ShardOptions,
  plan: Plan,
  endpoint: Pick<EndpointOptions, 'url' | 'apiKey' | 'extras'>,
): Promise<Appointed> {
  if (!startAt) return { clock: new WallClock() }
  const start = dateOf(startAt)
  const clock = clockFrom(start)
  if (!shard) return { clock, appointment: { startMs: 0 } }
  if (slotsOfShard(arrivalsOf(plan).slots, shard).length === 0) throw new UsageError(nothingToSend(shard, plan))
  const profilingMs = profileAfterOf(profileAfter, plan)
  const compared = clock.now() < -COMPARING_MS ? await compareDates(endpoint) : undefined
  return {
    clock,
    appointment: { startMs: 0, profilingMs },
    shard: { shard, startAt: start, profilingMs, ...(compared && { clock: compared }) },
  }
}

/** To be asked when all is ready. @throws UsageError where the start has passed meanwhile. */
export function refuseLateStart({ clock, appointment }: Appointed): void {
  const lateMs = clock.now() - (appointment?.startMs ?? Number.POSITIVE_INFINITY)
  if (lateMs <= 0) return
  throw new UsageError(
    `--start-at passed ${(lateMs / 1_000).toFixed(1)} s before all was ready: traces are read and the server is asked first; give a later one`,
  )
}

/** Real time from a date on: what comes before it is negative. */
export function clockFrom(date: string): Clock {
  const own = new WallClock()
  const clock = new ContinuedClock(own, Date.parse(own.startedAt) - Date.parse(date))
  return { startedAt: date, now: () => clock.now(), at: (ms, run) => clock.at(ms, run) }
}

function dateOf(startAt: StartAt): string {
  return 'date' in startAt ? startAt.date : new Date(Date.now() + startAt.afterMs).toISOString()
}

function nothingToSend({ index, of }: Shard, plan: Plan): string {
  const { kind, slots } = arrivalsOf(plan)
  return `--shard ${index}/${of}: the plan has ${slots} ${kind === 'open' ? 'arrivals' : 'lanes'}, and none is left for this shard; divide it into ${slots} at most`
}

function profileAfterOf(given: number | undefined, { load }: Plan): number {
  const hasWarmup = load.kind === 'lanes' && load.warmup.kind !== 'none'
  const profilingMs = given ?? (hasWarmup ? DEFAULT_PROFILE_AFTER_MS : 0)
  const leastMs = hasWarmup ? load.quiesceMs : 0
  if (profilingMs > leastMs || !hasWarmup) return profilingMs
  throw new UsageError(
    `--profile-after ${profilingMs / 1_000}s: the load warms up and then pauses for ${leastMs / 1_000} s; give enough time for both`,
  )
}
