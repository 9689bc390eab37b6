import { expect, test } from 'vitest'
import { requestOf } from '../engine.fixture.ts'
import { Speculation } from '../speculation.ts'
import { Drafting } from './drafting.ts'

/** Accepted drafts of so many verifications of one request, each a token after the last that the one before it brought. */
function verified(drafting: Drafting, count: number, id = 'a'): number[] {
  const sequence = { request: requestOf(id, 8, 1e6), generated: 1 }
  return Array.from({ length: count }, () => {
    const accepted = drafting.verify(sequence, drafting.draftTokens)
    sequence.generated += accepted + 1
    return accepted
  })
}

test('a mean length accepts its whole tokens always, and the next as often as is left', () => {
  const drafting = new Drafting({ numSpeculativeTokens: 4, syntheticAcceptanceLength: 2.4 })
  const accepted = verified(drafting, 10_000)
  expect(new Set(accepted)).toEqual(new Set([1, 2]))
  expect(accepted.reduce((sum, each) => sum + each, 0) / 10_000).toBeCloseTo(1.4, 1)
  const { drafts, draftTokens, acceptedTokens, acceptedPerPosition } = drafting.counts
  expect([drafts, draftTokens, acceptedPerPosition[0], acceptedPerPosition[3]]).toEqual([10_000, 40_000, 10_000, 0])
  expect(acceptedTokens).toBe(10_000 + acceptedPerPosition[1]!)
})

test('shares by place are of all verifications, not of those that came so far', () => {
  const drafting = new Drafting({ numSpeculativeTokens: 3, syntheticAcceptanceRates: [0.8, 0.4, 0] })
  verified(drafting, 20_000)
  const [first, second, third] = drafting.counts.acceptedPerPosition
  expect(first! / 20_000).toBeCloseTo(0.8, 2)
  expect(second! / 20_000).toBeCloseTo(0.4, 2)
  expect(third).toBe(0)
})

test('what is accepted follows from seed, request and token, whatever came between', () => {
  const rates = { numSpeculativeTokens: 3, syntheticAcceptanceRates: [0.8, 0.5, 0.3] }
  const [one, other] = [new Drafting(rates), new Drafting(rates)]
  verified(other, 7, 'before')
  expect(verified(one, 50)).toEqual(verified(other, 50))
  expect(verified(new Drafting({ ...rates, seed: 7 }), 50)).not.toEqual(verified(new Drafting(rates), 50))
  expect(verified(new Drafting(rates), 50, 'b')).not.toEqual(verified(new Drafting(rates), 50))
})

test('no drafts are no verification', () => {
  const drafting = new Drafting({ numSpeculativeTokens: 1, syntheticAcceptanceLength: 2 })
  expect(drafting.verify({ request: requestOf('a', 8, 9), generated: 1 }, 0)).toBe(0)
  expect(drafting.counts).toEqual({ drafts: 0, draftTokens: 0, acceptedTokens: 0, acceptedPerPosition: [0] })
})

test.each([
  [{ numSpeculativeTokens: 2 }, /wants one of/],
  [{ numSpeculativeTokens: 2, syntheticAcceptanceLength: 2, syntheticAcceptanceRates: [1, 1] }, /wants one of/],
  [{ numSpeculativeTokens: 2, syntheticAcceptanceLength: 3.1 }, /more than numSpeculativeTokens/],
  [{ numSpeculativeTokens: 2, syntheticAcceptanceRates: [0.5] }, /for each of/],
  [{ numSpeculativeTokens: 2, syntheticAcceptanceRates: [0.5, 0.6] }, /none above/],
])('%j is no speculation', (speculation, message) => {
  const parsed = Speculation.safeParse(speculation)
  expect(parsed.error?.issues.map((issue) => issue.message).join()).toMatch(message)
})
