/** `0:07`, `12:05`, `1:02:03`. */
export function clockText(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000)
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** As one says it of what is only about so long: `35 s`, `12 min`, `2 h 20 min`. */
export function aboutText(milliseconds: number): string {
  const seconds = milliseconds / 1_000
  if (seconds < 10) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 87.5) return `${5 * Math.round(seconds / 5)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes} min` : hours(minutes)
}

function hours(minutes: number): string {
  const [h, m] = [Math.floor(minutes / 60), minutes % 60]
  return m === 0 ? `${h} h` : `${h} h ${m} min`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
