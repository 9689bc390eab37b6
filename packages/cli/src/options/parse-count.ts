import { InvalidArgumentError } from 'commander'

const factors: Readonly<Record<string, number>> = { '': 1, k: 1_000, m: 1_000_000 }

/** How many, of what is no token: whole, or in thousands and millions (`10k`, `1.5M`), in either case. */
export function parseCount(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const [, number = '', suffix = ''] = /^(\d+(?:\.\d+)?)([kKmM]?)$/.exec(text.trim()) ?? []
    const value =
      number === '' ? Number.NaN : Math.round(Number(number) * factors[suffix.toLowerCase()]! * 1_000) / 1_000
    if (!Number.isSafeInteger(value) || value < min || value > max) {
      const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`
      throw new InvalidArgumentError(`Write a whole number ${range}: 500, 10k, 1M.`)
    }
    return value
  }
}
