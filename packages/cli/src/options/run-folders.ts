import { join } from 'node:path'
import { type LoadPoint, nameOfPoint } from './load-point.ts'
import type { ShardOptions } from './shard-options.ts'

/** Where the runs of a command go. */
export interface RunPlaces {
  readonly points: readonly LoadPoint[]
  /** The folder of the run, or of all runs where there are several. */
  readonly base: string
  readonly folderOf: (point: LoadPoint) => string
}

/**
 * The folder of each run: `--out` as it is, with a subfolder each where there are several, and for each shard. A command has one date: of
 * shards, that of the start which all of them have.
 */
export function runFolders({
  out,
  kind,
  points,
  now,
  shard,
  startAt,
}: ShardOptions & {
  readonly out?: string
  readonly kind: string
  readonly points: readonly LoadPoint[]
  readonly now: Date
}): RunPlaces {
  const date = startAt && 'date' in startAt ? new Date(startAt.date) : now
  const base = out ?? join('runs', `${kind}-${stamp(date)}`)
  if (shard) return { points, base, folderOf: () => join(base, `shard-${shard.index}`) }
  return placesIn(base, points)
}

/** The same in a folder that is known. */
export function placesIn(base: string, points: readonly LoadPoint[]): RunPlaces {
  return { points, base, folderOf: (point) => (points.length > 1 ? join(base, nameOfPoint(point)) : base) }
}

/** `2026-11-22-181504`, in UTC. */
function stamp(now: Date): string {
  return now.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-')
}
