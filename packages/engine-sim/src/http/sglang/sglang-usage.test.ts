import { expect, test } from 'vitest'
import { cachedDetails } from './sglang-usage.ts'

// output_streamer.py: get_cached_tokens_details
test('what came from storage is told where any did', () => {
  expect(cachedDetails({ cachedTokens: 0 })).toBeNull()
  expect(cachedDetails({ cachedTokens: 90, hostTokens: 20 })).toEqual({ device: 70, host: 20 })
  expect(cachedDetails({ cachedTokens: 90, hostTokens: 20, diskTokens: 30 })).toEqual({
    ...{ device: 40, host: 20, storage: 30 },
  })
})
