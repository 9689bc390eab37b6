import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tiersOf } from './tiers-of.ts'

// schedule_batch.py: split_cached_prefix_by_tier
test.each([
  ['nothing fetched', { prefixTokens: 80, hostTokens: 30 }, [50, 30, 0]],
  ['fetched and loaded', { prefixTokens: 80, hostTokens: 30, fromStorage: [50, 80] }, [50, 0, 30]],
  [
    'a part of what was loaded was there before',
    { prefixTokens: 80, hostTokens: 30, fromStorage: [60, 80] },
    [50, 10, 20],
  ],
  ['others brought it to the device', { prefixTokens: 80, hostTokens: 0, fromStorage: [60, 80] }, [60, 0, 20]],
  [
    'others brought a part of it to the device',
    { prefixTokens: 80, hostTokens: 10, fromStorage: [60, 80] },
    [60, 0, 20],
  ],
  ['the host has given up its end', { prefixTokens: 70, hostTokens: 20, fromStorage: [50, 80] }, [50, 0, 20]],
  ['the host has given up all of it', { prefixTokens: 40, hostTokens: 0, fromStorage: [50, 80] }, [40, 0, 0]],
] as const)('%s', (_, { prefixTokens, hostTokens, ...fetched }, tiers) => {
  const span = 'fromStorage' in fetched ? fetched.fromStorage : undefined
  const fromStorage = span && { fromTokens: span[0], toTokens: span[1] }
  const { device, host, storage } = tiersOf({ prefixTokens, hostTokens, fromStorage })
  expect([device, host, storage]).toEqual(tiers)
})

test('the three are what was found, and none is negative', () => {
  const tokens = fc.nat(50)
  fc.assert(
    fc.property(tokens, tokens, tokens, tokens, (prefixTokens, loaded, fromTokens, fetched) => {
      const hostTokens = Math.min(loaded, prefixTokens)
      const fromStorage = { fromTokens, toTokens: fromTokens + fetched }
      const { device, host, storage } = tiersOf({ prefixTokens, hostTokens, fromStorage })
      expect(device + host + storage).toBe(prefixTokens)
      expect(Math.min(device, host, storage)).toBeGreaterThanOrEqual(0)
    }),
  )
})
