import { join } from 'node:path'
import { type LoadPoint, nameOfPoint } from './load-point.ts'

/** The folder of each run: `--out` as it is, with a subfolder each where there are several. A command has one date. */
export function runFolders({
  out,
  kind,
  points,
  now,
}: {
  readonly out?: string
  readonly kind: string
  readonly points: readonly LoadPoint[]
  readonly now: Date
}): (point: LoadPoint) => string {
  const base = out ?? join('runs', `${kind}-${stamp(now)}`)
  return (point) => (points.length > 1 ? join(base, nameOfPoint(point)) : base)
}

/** `2026-11-22-181504`, in UTC. */
function stamp(now: Date): string {
  return now.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-')
}
