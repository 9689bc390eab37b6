import type { PhaseSpan } from '@reprise/replay-engine'

/** The longest time within the phase in which none of the requests was in flight. */
export function longestIdleMs(
  requests: readonly { readonly atMs: number; readonly doneMs: number; readonly sends: boolean }[],
  { startMs, endMs }: PhaseSpan,
): number {
  const sent = requests.filter(({ sends }) => sends).toSorted((one, other) => one.atMs - other.atMs)
  let [busyUntilMs, longestMs] = [startMs, 0]
  for (const { atMs, doneMs } of sent) {
    if (endMs !== undefined && atMs >= endMs) break
    longestMs = Math.max(longestMs, atMs - busyUntilMs)
    busyUntilMs = Math.max(busyUntilMs, doneMs)
  }
  return Math.max(longestMs, (endMs ?? busyUntilMs) - busyUntilMs)
}
