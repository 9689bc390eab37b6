import { join } from 'node:path'

/** The folder of each lane count's run: `--out` as it is, with a subfolder each where there are several. A command has one date. */
export function runFolders({
  out,
  kind,
  lanes,
  now,
}: {
  readonly out?: string
  readonly kind: string
  readonly lanes: readonly number[]
  readonly now: Date
}): (lanes: number) => string {
  const base = out ?? join('runs', `${kind}-${stamp(now)}`)
  return (count) => (lanes.length > 1 ? join(base, `lanes-${count}`) : base)
}

/** `2026-11-22-181504`, in UTC. */
function stamp(now: Date): string {
  return now.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-')
}
