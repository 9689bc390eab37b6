import { expect, test } from 'vitest'
import { usdPerMillion } from './usd-per-million.ts'

test('eight GPUs of 2.25 dollars that make 5,000 tokens a second: 18 dollars for 18 million', () => {
  expect(usdPerMillion({ usdPerGpuHour: 2.25, gpus: 8, tokensPerS: 5_000 })).toBeCloseTo(1, 12)
})

test('what is not known makes no price, and neither does nothing', () => {
  expect(usdPerMillion({ usdPerGpuHour: undefined, gpus: 8, tokensPerS: 1 })).toBeUndefined()
  expect(usdPerMillion({ usdPerGpuHour: 2, gpus: undefined, tokensPerS: 1 })).toBeUndefined()
  expect(usdPerMillion({ usdPerGpuHour: 2, gpus: 8, tokensPerS: 0 })).toBeUndefined()
})
