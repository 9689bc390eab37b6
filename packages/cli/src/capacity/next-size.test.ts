import type { ObjectiveVerdict } from '@reprise/result-aggregator/run'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { conclude } from './conclude.ts'
import { nextSize } from './next-size.ts'
import type { Point } from './point.ts'
import { sizeLadder } from './size-ladder.ts'

const pointAt = (size: number, verdict: ObjectiveVerdict, { open = false, confirmed = true } = {}): Point => ({
  size,
  verdict,
  open,
  confirmed,
  runs: [],
  shares: [],
})

/** Searches a server whose verdict at each size is known, and returns what it came to and the sizes in their order. */
function search(verdict: (size: number) => ObjectiveVerdict, { to = 100, resolution = 0, start = 8 } = {}) {
  const ladder = sizeLadder({ unit: 'lanes', from: 1, to }, resolution)
  const points: Point[] = []
  for (;;) {
    const size = nextSize({ ladder, start, points })
    if (size === undefined) return { sizes: points.map((point) => point.size), ...conclude(points) }
    expect(points.map((point) => point.size)).not.toContain(size)
    points.push(pointAt(size, verdict(size)))
  }
}

const upTo = (most: number) => (size: number) => (size <= most ? 'keeps' : 'breaks')

describe('nextSize', () => {
  test('doubles until a size breaks, halves the rest, and looks once well above', () => {
    expect(search(upTo(21))).toEqual({
      sizes: [8, 16, 32, 24, 20, 22, 21, 33],
      ...{ holds: 21, breaks: 22, unclear: [], keepsAbove: [] },
    })
  })

  test('begins lower where the first size breaks', () => {
    expect(search(upTo(3))).toMatchObject({ sizes: [8, 4, 2, 3], holds: 3, breaks: 4 })
    expect(search(upTo(1))).toMatchObject({ sizes: [8, 4, 2, 1], holds: 1, breaks: 2 })
  })

  test('nothing fits, everything fits', () => {
    expect(search(() => 'breaks')).toEqual({ sizes: [8, 4, 2, 1], breaks: 1, unclear: [], keepsAbove: [] })
    expect(search(() => 'keeps')).toEqual({ sizes: [8, 16, 32, 64, 100], holds: 100, unclear: [], keepsAbove: [] })
    expect(search(() => 'unclear', { to: 16 })).toMatchObject({ sizes: [8, 16, 4, 2, 1], unclear: [1, 2, 4, 8, 16] })
  })

  test('sizes that cannot tell stay between, and both ends close in on them', () => {
    const found = search((size) => (size < 20 ? 'keeps' : size > 23 ? 'breaks' : 'unclear'))
    expect(found).toMatchObject({ holds: 18, breaks: 24 })
    expect(found.unclear.length).toBeGreaterThan(0)
  })

  test('what keeps above what breaks is named, and the smallest that breaks stands', () => {
    const found = search((size) => (size <= 10 || size >= 18 ? 'keeps' : 'breaks'), { start: 12, to: 40 })
    expect(found).toMatchObject({ sizes: [12, 6, 9, 10, 11, 17], holds: 10, breaks: 11 })
    expect(search((size) => (size <= 10 || size >= 15 ? 'keeps' : 'breaks'), { start: 12, to: 40 })).toMatchObject({
      ...{ holds: 10, breaks: 11, keepsAbove: [17] },
    })
  })

  test('a size that was too small to tell is no obstacle to a larger one that keeps', () => {
    expect(search((size) => (size < 3 ? 'unclear' : size < 6 ? 'keeps' : 'breaks'), { start: 1 })).toMatchObject({
      ...{ holds: 5, breaks: 6, unclear: [] },
    })
  })

  test('a size of which another run may tell comes first', () => {
    expect(
      nextSize({
        ladder: [1, 2, 4, 8],
        start: 1,
        points: [pointAt(4, 'unclear', { open: true }), pointAt(1, 'keeps')],
      }),
    ).toBe(4)
  })

  test('ends that one run alone speaks for are confirmed before the search looks elsewhere', () => {
    const points = [pointAt(10, 'keeps', { confirmed: false }), pointAt(11, 'breaks'), pointAt(16, 'breaks')]
    const state = { ladder: sizeLadder({ unit: 'lanes', from: 1, to: 40 }, 0), start: 8 }
    expect(nextSize({ ...state, points })).toBe(10)
    expect(nextSize({ ...state, points: [pointAt(10, 'keeps'), pointAt(11, 'breaks', { confirmed: false })] })).toBe(11)
    expect(nextSize({ ...state, points: [pointAt(10, 'keeps'), ...points.slice(1)] })).toBe(17)
    expect(
      nextSize({ ...state, points: [pointAt(10, 'keeps'), pointAt(11, 'breaks'), pointAt(17, 'breaks')] }),
    ).toBeUndefined()
    // What has turned out not to keep is looked for lower.
    expect(nextSize({ ...state, points: [pointAt(10, 'unclear'), pointAt(11, 'breaks'), pointAt(6, 'keeps')] })).toBe(8)
  })

  test('steps of a share: as many sizes as its logarithm has', () => {
    const found = search(upTo(700), { to: 1024, resolution: 0.05 })
    expect(found.sizes.length).toBeLessThan(16)
    expect(found.holds!).toBeLessThanOrEqual(700)
    expect(found.breaks! / found.holds!).toBeLessThan(1.06)
  })

  test('wherever the edge of a monotone server lies, it is found, and sizes that cannot tell lie on neither side', () => {
    const most = fc.integer({ min: 0, max: 300 })
    fc.assert(
      fc.property(most, fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 300 }), (keeps, unclear, start) => {
        const found = search((size) => (size <= keeps ? 'keeps' : size <= keeps + unclear ? 'unclear' : 'breaks'), {
          to: 300,
          start,
        })
        // Beside sizes that cannot tell, within a fifth of the edge.
        const [low, high] = [keeps === 0 ? undefined : keeps, keeps + unclear >= 300 ? undefined : keeps + unclear + 1]
        if (unclear === 0) expect([found.holds, found.breaks]).toEqual([low, high])
        expect(found.holds ?? 0).toBeLessThanOrEqual(keeps)
        expect(found.breaks ?? Infinity).toBeGreaterThanOrEqual(high ?? Infinity)
        if (low !== undefined && high !== undefined) {
          expect(1.2 * (found.holds! + 1)).toBeGreaterThanOrEqual(low)
          expect(found.breaks!).toBeLessThanOrEqual(Math.max(1.2 * high, high + 1))
        }
        expect(found.sizes.length).toBeLessThan(32)
      }),
      { numRuns: 300 },
    )
  })
})

test('a ladder has every number of lanes where they are few, and both ends', () => {
  expect(sizeLadder({ unit: 'lanes', from: 1, to: 5 }, 0.05)).toEqual([1, 2, 3, 4, 5])
  expect(sizeLadder({ unit: 'lanes', from: 38, to: 50 }, 0.05)).toEqual([38, 39, 40, 42, 44, 46, 48, 50])
  expect(sizeLadder({ unit: 'sessions/s', from: 0.1, to: 0.2 }, 0.25)).toEqual([0.1, 0.125, 0.156, 0.195, 0.2])
  expect(sizeLadder({ unit: 'lanes', from: 7, to: 7 }, 0.05)).toEqual([7])
})
