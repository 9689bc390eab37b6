import { expect, test } from 'vitest'
import { linearStepMs } from '../core/step-time/linear-step-time.ts'
import type { StepWork } from '../core/step-time/step-work.ts'
import { StepFitError } from './demand-determined.ts'
import { fitStepTime } from './fit-step-time.ts'
import type { StepSample } from './step-sample.ts'

const constants = {
  baseMs: 4,
  prefillMsPerToken: 0.01,
  prefillMsPerMillionTokenContext: 30,
  decodeMsPerSequence: 0.2,
  decodeMsPerThousandContext: 0.15,
  prefillMsPerSequence: 1.5,
  prefillMsPerThousandContext: 0.4,
}

/** Steps of all kinds, as a hash of their number has them. */
function works(count: number): StepWork[] {
  const draw = (at: number, salt: number, below: number) => (Math.imul(at * 31 + salt, 0x9e3779b1) >>> 8) % below
  return Array.from({ length: count }, (_, at) => {
    const prefillTokens = draw(at, 1, 4) === 0 ? 2 + draw(at, 2, 2000) : 0
    const decodes = prefillTokens > 0 && draw(at, 3, 3) === 0 ? 0 : 1 + draw(at, 4, 12)
    return {
      prefillTokens,
      prefillContextTokens: prefillTokens * (1 + draw(at, 5, 30_000)),
      prefills: prefillTokens === 0 ? 0 : 1 + draw(at, 7, 4),
      prefillReachTokens: prefillTokens === 0 ? 0 : prefillTokens + draw(at, 8, 60_000),
      decodes,
      decodeContextTokens: decodes * (100 + draw(at, 6, 40_000)),
    }
  })
}

const samplesOf = (all: readonly StepWork[], factor: (at: number) => number): StepSample[] =>
  all.map((work, at) => ({ work, ms: linearStepMs(constants, work) * factor(at) }))

test('steps that are exact give their constants, and no error', () => {
  const fit = fitStepTime(samplesOf(works(400), () => 1))
  for (const [name, value] of Object.entries(constants))
    expect(fit.constants[name as keyof typeof constants]! / value, name).toBeCloseTo(1, 6)
  expect(fit.r2).toBeCloseTo(1, 9)
  expect(fit.error.p90).toBeLessThan(1e-6)
  expect(fit.byKind.map(({ kind }) => kind)).toEqual(['decode', 'prefill', 'both'])
  expect(fit.byKind.reduce((sum, { steps }) => sum + steps, 0)).toBe(400)
})

test('what a prompt costs beside its tokens is told where the steps tell it, and else left out', () => {
  const { prefillMsPerSequence: _, prefillMsPerThousandContext: __, ...others } = constants
  const samplesWith = (change: (work: StepWork) => Partial<StepWork>) =>
    works(400).map((work) => {
      const changed = { ...work, ...change(work) }
      return { work: changed, ms: linearStepMs(others, changed) }
    })
  const fitOf = (change: (work: StepWork) => Partial<StepWork>) => fitStepTime(samplesWith(change)).constants
  expect(Object.keys(fitOf(() => ({ prefills: 0, prefillReachTokens: 0 })))).toEqual(Object.keys(others))
  // Prompts that reach as far as they are long, a thousand tokens each.
  const alike = fitOf(({ prefillTokens }) => ({ prefills: prefillTokens / 1e3, prefillReachTokens: prefillTokens }))
  expect(Object.keys(alike)).toEqual(Object.keys(others))
  const costless = fitOf(() => ({}))
  expect(costless.prefillMsPerSequence).toBeCloseTo(0, 6)
  expect(costless.prefillMsPerThousandContext).toBeCloseTo(0, 6)
  expect(costless.prefillMsPerToken / constants.prefillMsPerToken).toBeCloseTo(1, 6)
})

test('steps that vary by a tenth, and pauses of the host, move the constants little and are told as error', () => {
  const vary = (at: number) => (at % 150 === 7 ? 20 : at % 2 === 0 ? 1.1 : 0.9)
  const fit = fitStepTime(samplesOf(works(3_000), vary))
  for (const name of ['baseMs', 'prefillMsPerMillionTokenContext', 'decodeMsPerThousandContext'] as const)
    expect(fit.constants[name] / constants[name], name).toBeCloseTo(1, 1)
  expect(fit.leftOut).toBe(30)
  expect(fit.error.median).toBeCloseTo(0.1, 1)
  expect(fit.heldOut.median).toBeCloseTo(0.1, 1)
})

test('a constant that the steps cannot tell is named', () => {
  const all = works(400)
  const decoding = all.filter(({ prefillTokens }) => prefillTokens === 0)
  expect(() => fitStepTime(samplesOf(decoding, () => 1))).toThrow(/what prefillMsPerToken counts.*log a run that has/)
  const alone = all.map((work) => ({ ...work, decodes: 1 }))
  expect(() => fitStepTime(samplesOf(alone, () => 1))).toThrow(/baseMs cannot be told from the other constants/)
  expect(() => fitStepTime(samplesOf(all.slice(0, 49), () => 1))).toThrow(StepFitError)
})

test('steps of which nothing can be said are refused, and give no engine that takes no time', () => {
  const samples = samplesOf(works(400), (at) => (at % 3 === 0 ? Number.POSITIVE_INFINITY : 1))
  expect(() => fitStepTime(samples)).toThrow(/no constants say what was measured, which goes from .* to Infinity ms/)
})
