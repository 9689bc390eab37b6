import { InvalidArgumentError } from 'commander'
import { parseCount } from './parse-count.ts'

const unitMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A duration in seconds (`60`) or with units (`90s`, `5m`, `1.5h`, `1h30m`, `500ms`), as milliseconds. */
export function parseDurationMs(text: string): number {
  return parseMs(text, false)
}

/** The same, and `0`. */
export function parseDurationOrZeroMs(text: string): number {
  return parseMs(text, true)
}

/** The same in whole seconds, which is what files of sweeps have. */
export function parseDurationS(text: string): number {
  const s = parseMs(text, false) / 1_000
  if (!Number.isSafeInteger(s)) throw new InvalidArgumentError('Write whole seconds: 60, 90s, 5m, 1h.')
  return s
}

function parseMs(text: string, allowZero: boolean): number {
  const ms = msIn(text.trim())
  if (ms === undefined || !Number.isFinite(ms) || !(ms > 0 || (allowZero && ms === 0)))
    throw new InvalidArgumentError('Write seconds, or a number with a unit: 60, 90s, 5m, 1h.')
  return ms
}

/** A time that others give in milliseconds: `6` as well as `6ms` or `0.1s`, and `0`. */
export function parseMilliseconds(text: string): number {
  const bare = text.trim()
  return parseMs(/^\d+(\.\d+)?$/.test(bare) ? `${bare}ms` : bare, true)
}

/** A share in percent, with its sign or without. */
export function parsePercent(text: string): number {
  const value = /^\d+(\.\d+)?\s*%?$/.test(text.trim()) ? Number.parseFloat(text) : Number.NaN
  if (Number.isNaN(value)) throw new InvalidArgumentError('Write a share in percent: 3, 2.5%.')
  return value
}

/** Larger units first, each at most once; a number alone is seconds. */
function msIn(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1_000
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)]
  const units = parts.map(([, , unit = '']) => unitMs[unit]!)
  const isWhole = parts.length > 0 && parts.map(([part]) => part).join('') === text
  if (!isWhole || units.some((unit, i) => i > 0 && unit >= units[i - 1]!)) return undefined
  return parts.reduce((sum, [, number], i) => sum + Number(number) * units[i]!, 0)
}

/** A whole number of at least `min`, and at most `max` where there is one. */
export function parseWhole(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN
    if (!Number.isSafeInteger(value) || value < min || value > max) {
      const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`
      throw new InvalidArgumentError(`Write a whole number ${range}.`)
    }
    return value
  }
}

/** A number between `min` and `max`, both included. */
export function parseNumber(min: number, max = Number.POSITIVE_INFINITY): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (!(value >= min && value <= max)) {
      throw new InvalidArgumentError(
        max === Number.POSITIVE_INFINITY
          ? `Write a number of at least ${min}.`
          : `Write a number from ${min} to ${max}.`,
      )
    }
    return value
  }
}

/** Several counts, as in `1,2,4,8`; without repeats, in the order given. */
export function parseWholeList(min: number): (text: string) => number[] {
  const parse = parseCount(min)
  return (text) => [...new Set(text.split(',').map(parse))]
}

/** A number above 0. */
export function parsePositive(text: string): number {
  const [value, ...others] = parsePositives(text)
  if (others.length > 0) throw new InvalidArgumentError('Write one number above 0.')
  return value!
}

/** Several numbers above 0, as in `0.5,1,2`; without repeats, in the order given. */
export function parsePositives(text: string): number[] {
  const values = text.split(',').map((each) => (each.trim() === '' ? Number.NaN : Number(each)))
  if (!values.every((value) => value > 0 && Number.isFinite(value)))
    throw new InvalidArgumentError('Write a number above 0, or several: 0.5,1,2.')
  return [...new Set(values)]
}

export type Arrivals =
  | { readonly kind: 'constant' }
  | { readonly kind: 'poisson' }
  | { readonly kind: 'gamma'; readonly shape: number }

/** How sessions arrive: `constant`, `poisson`, or `gamma:SHAPE`. */
export function parseArrivals(text: string): Arrivals {
  if (text === 'constant' || text === 'poisson') return { kind: text }
  const shape = Number(/^gamma:(.+)$/.exec(text)?.[1])
  if (!(shape > 0 && Number.isFinite(shape)))
    throw new InvalidArgumentError('Write constant, poisson, or gamma with its shape: gamma:0.5.')
  return { kind: 'gamma', shape }
}

/** A seed: a whole number, or `random` for one drawn here and kept in the result. */
export function parseSeed(text: string): number {
  if (text === 'random') return crypto.getRandomValues(new Uint32Array(1))[0]!
  try {
    return parseWhole(0)(text)
  } catch {
    throw new InvalidArgumentError("Write a whole number, or 'random'.")
  }
}

/** Where a lane's first play starts: one share of the turns (`0`, `0.5`), or a range to draw from (`0-0.7`). */
export function parseStart(text: string): { min: number; max: number } {
  const match = /^(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?$/.exec(text.trim())
  const min = Number(match?.[1])
  const max = Number(match?.[2] ?? match?.[1])
  const valid = min <= max && max <= 1
  if (!valid) throw new InvalidArgumentError('Write a share from 0 to 1, or a range of shares: 0, 0.5, 0-0.7.')
  return { min, max }
}
