import { defaultEngine } from '@reprise/engine-sim/core'
import { expect, test } from 'vitest'
import { withFleet } from './fleet-options.ts'

const engine = defaultEngine()
const random = { routing: 'random', seed: 1 } as const

test('flags make a fleet, and go before what the description says', () => {
  expect(withFleet(engine, {})).toBe(engine)
  const four = withFleet(engine, { workers: 4 })
  expect(four.fleet).toEqual({ workers: 4, router: { routing: 'round-robin' } })
  const drawn = withFleet(four, { router: random })
  expect(drawn.fleet).toEqual({ workers: 4, router: random })
  expect(withFleet(drawn, { workers: 2 }).fleet).toEqual({ workers: 2, router: random })
})

test('one engine without a router is that engine', () => {
  expect(withFleet(withFleet(engine, { workers: 4 }), { workers: 1 })).toEqual(engine)
  expect(withFleet(engine, { workers: 1, router: random }).fleet).toEqual({ workers: 1, router: random })
})

test('a router without engines to choose among is refused', () => {
  expect(() => withFleet(engine, { router: random })).toThrow(/--router chooses among several.*--workers 2/)
})
