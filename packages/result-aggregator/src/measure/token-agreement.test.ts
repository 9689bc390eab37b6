import { expect, test } from 'vitest'
import { TokenAgreementMeter } from './token-agreement.ts'

test('prompts shorter than the template can make exact are counted apart, and blame nobody', () => {
  const meter = new TokenAgreementMeter({ leastTokens: 6 })
  meter.add({ id: 'a', planned: 1, reported: 6 })
  meter.add({ id: 'b', planned: 6, reported: 6 })
  meter.add({ id: 'c', planned: 100, reported: 99 })
  expect(meter.result()).toEqual({
    requests: 2,
    unreported: 0,
    tooShort: 1,
    planned: 106,
    reported: 105,
    exactShare: 0.5,
    mismatched: [{ id: 'c', planned: 100, reported: 99 }],
  })
})

test('without a template every prompt counts', () => {
  const meter = new TokenAgreementMeter()
  meter.add({ id: 'a', planned: 1, reported: 2 })
  expect(meter.result()).toMatchObject({ requests: 1, exactShare: 0 })
  expect(meter.result()).not.toHaveProperty('tooShort')
})
