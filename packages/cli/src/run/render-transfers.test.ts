import { expect, test } from 'vitest'
import { renderTransfers } from './render-transfers.ts'

const transfers = { count: 4, bytes: 2e9, sparedTokens: 1234, blocksWaitMs: 10, transferMs: 50 }

test('means are over the transfers, and there is none of nothing', () => {
  expect(renderTransfers(transfers)).toBe(
    '4 transfers of KV, 2.00 GB, 1,234 tokens spared; on average 2.5 ms until there were blocks, 12.5 ms on the way',
  )
  expect(renderTransfers({ ...transfers, count: 0, blocksWaitMs: 0 })).toBe('no KV was transferred')
})
