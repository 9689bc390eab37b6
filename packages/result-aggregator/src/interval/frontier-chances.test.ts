import { describe, expect, test } from 'vitest'
import { frontierChances, type UncertainPlace } from './frontier-chances.ts'

/** Its interval reaches from `value / factor` to `value * factor`. */
const figure = (value: number, factor?: number) => ({
  value,
  ...(factor !== undefined && { ends: [value / factor, value * factor] as const }),
})

function chances(...places: UncertainPlace[]): (number | undefined)[] {
  return frontierChances(places).map((chance) => (chance === undefined ? undefined : Math.round(chance * 1000) / 1000))
}

describe('frontierChances', () => {
  test('a place alone is on the frontier, whatever its interval', () => {
    expect(chances({ x: figure(50, 3), y: figure(1_000, 3) })).toEqual([1])
  })

  test('two places of the same figures: each beats the other on both axes in a quarter of the cases', () => {
    const same = { x: figure(50, 1.5), y: figure(1_000, 1.2) }
    expect(chances(same, same)).toEqual([0.75, 0.75])
  })

  test('one that is exactly as wide above on one axis and far ahead on the other: the chance of a normal value', () => {
    // B is a twentieth slower for a user than A by x, with 95 % intervals of a tenth on each: (ln 1.05) / (sqrt 2 * ln 1.1 / 1.96) = 0.7095 standard errors.
    const [a, b] = [
      { x: figure(50, 1.1), y: figure(1e6, 1.001) },
      { x: figure(50 / 1.05, 1.1), y: figure(1, 1.001) },
    ]
    // B is on it where its x is above A's: 0.239 of a standard normal lies above 0.7095.
    expect(chances(a, b)).toEqual([1, 0.239])
  })

  test('an interval that lies more on one side is taken so', () => {
    // All of it below: nothing is ever above 50, and half of the values are 50.
    const place = { x: { value: 50, ends: [25, 50] as const }, y: figure(1, 1.01) }
    const exact = { x: figure(49.999), y: figure(1e6) }
    expect(chances(place, exact)[0]).toBeCloseTo(0.5, 1)
    expect(chances(place, { ...exact, x: figure(50.001) })[0]).toBe(0)
  })

  test('without an interval on both axes no chance is told, and the others take it as exact', () => {
    const exact = { x: figure(50), y: figure(1_000, 1.1) }
    const beaten = { x: figure(25, 1.05), y: figure(500, 1.05) }
    const ahead = { x: figure(100, 1.05), y: figure(500, 1.05) }
    expect(chances(exact, beaten, ahead)).toEqual([undefined, 0, 1])
    expect(chances({ x: figure(50, 1.1), y: { value: 10, ends: [0, 20] } })).toEqual([undefined])
  })
})
