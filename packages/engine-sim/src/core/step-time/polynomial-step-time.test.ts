import { expect, test } from 'vitest'
import { defaultEngine } from '../default-engine.ts'
import { drive, requestOf, tinyConfig } from '../engine.fixture.ts'
import { makeEngine } from '../engines/make-engine.ts'
import { parseEngineConfig } from '../parse-engine-config.ts'
import { dynamoPolynomial, polynomialStepMs } from './polynomial-step-time.ts'
import { noWork } from './step-work.ts'

const msOf = (work: Partial<typeof noWork>) => polynomialStepMs(dynamoPolynomial, 1_048_576, { ...noWork, ...work })

test("Dynamo's curves, by hand", () => {
  // 4.209989e-7 x 1000^2 + 1.518344e-2 x 1000 + 16.50142
  expect(msOf({ prefillTokens: 1000 })).toBeCloseTo(0.4209989 + 15.18344 + 16.50142, 9)
  // A quarter of the cache: -25.74 / 16 + 54.01 / 4 + 5.74
  expect(msOf({ decodes: 9, decodeContextTokens: 262_144 })).toBeCloseTo(-1.60875 + 13.5025 + 5.74, 9)
  // A step without prefill does not pay the constant of one, and both together take the sum.
  expect(msOf({})).toBe(0)
  const both = msOf({ prefillTokens: 1000, decodes: 9, decodeContextTokens: 262_144 })
  expect(both).toBeCloseTo(32.1058589 + 17.63375, 9)
})

test('the number of sequences does not matter, a full cache is as full as it gets, and a decode takes a millisecond at least', () => {
  expect(msOf({ decodes: 1, decodeContextTokens: 5000 })).toBe(msOf({ decodes: 50, decodeContextTokens: 5000 }))
  expect(msOf({ decodes: 1, decodeContextTokens: 9e9 })).toBeCloseTo(-25.74 + 54.01 + 5.74, 9)
  const falling = { ...dynamoPolynomial, decodeMs: [2, -9, 0] as [number, number, number] }
  expect(polynomialStepMs(falling, 100, { ...noWork, decodes: 1, decodeContextTokens: 50 })).toBe(1)
})

test('both speed-ups divide', () => {
  const time = { ...dynamoPolynomial, speedup: 2, decodeSpeedup: 4 }
  const work = { ...noWork, prefillTokens: 1000, decodes: 1, decodeContextTokens: 262_144 }
  expect(polynomialStepMs(time, 1_048_576, work)).toBeCloseTo((32.1058589 + 17.63375 / 4) / 2, 9)
})

test('a file that names the form has the rest from Dynamo, and one that names another is told which there are', () => {
  const { stepTime } = parseEngineConfig('{"stepTime": {"kind": "polynomial", "speedup": 3}}')
  expect(stepTime).toEqual({ ...dynamoPolynomial, speedup: 3 })
  expect(() => parseEngineConfig('{"stepTime": {"kind": "cubic"}}')).toThrow(/stepTime\.kind: .*"linear".*"polynomial"/)
  expect(() => parseEngineConfig('{"stepTime": {"kind": "polynomial", "baseMs": 3}}')).toThrow(/"baseMs"/)
})

test('fast-forwarded steps end at the instants of steps one by one', () => {
  const config = { ...defaultEngine(), scheduler: tinyConfig(), stepTime: dynamoPolynomial }
  const calls = [
    { atMs: 0, submit: requestOf('a', 9, 40) },
    { atMs: 3, submit: requestOf('b', 30, 25) },
    { atMs: 400, submit: requestOf('c', 5, 2) },
  ]
  const driven = (fastForward: boolean) =>
    drive((listener) => makeEngine(config, listener, { fastForward }), calls, { fastForward })
  const [fast, slow] = [driven(true), driven(false)]
  expect(fast.ends).toEqual(slow.ends)
  expect(fast.ends.size).toBe(3)
  expect(fast.wakes).toBeLessThan(slow.wakes)
})
