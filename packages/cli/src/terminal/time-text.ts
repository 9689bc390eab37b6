/** A time as one would say it: `40 s`, `30 min`, `2.5 h`. */
export function timeText(ms: number): string {
  if (ms < 120_000) return `${Number((ms / 1_000).toFixed(1))} s`
  return ms < 7_200_000 ? `${Number((ms / 60_000).toFixed(1))} min` : `${Number((ms / 3_600_000).toFixed(1))} h`
}
