import type { quantities } from '@reprise/trace'

type Unit = (typeof quantities)[keyof typeof quantities]['unit']

/** A value as a reader says it: three figures of a time in the unit that suits it, a share in percent, a count whole where it is. */
export function valueText(value: number, unit: Unit): string {
  if (unit === 'share') return `${(100 * value).toFixed(1)} %`
  if (unit === 'ms') return timeText(value)
  if (unit === 'tokens' || Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return Number.isInteger(value) ? String(value) : value.toFixed(1)
}

const times = [
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const

function timeText(ms: number): string {
  const [name, size] = times.find(([, each]) => Math.abs(ms) >= each) ?? ['ms', 1]
  const value = ms / size
  return `${value >= 100 ? Math.round(value).toLocaleString('en-US') : Number(value.toPrecision(3))} ${name}`
}

/** A difference as a share, with its sign; `-` where there is nothing to divide by. */
export function differenceText(share: number | undefined): string {
  if (share === undefined) return '-'
  const percent = 100 * share
  const text = percent.toFixed(Math.abs(percent) < 99.95 ? 1 : 0)
  return Number(text) === 0 ? '0.0 %' : `${percent > 0 ? '+' : ''}${text} %`
}
