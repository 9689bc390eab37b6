import { describe, expect, test } from 'vitest'
import { kvCapacity } from './kv-capacity.ts'

const pool = { poolBytes: 10e9, blockSize: 16, maxNumBatchedTokens: 8192, contextTokens: 131_072 }

describe('what ten gigabytes hold', () => {
  test('of a model whose layers are all alike: Llama-3.1-8B, 32 layers of 2 x 8 x 128 x 2 bytes a token', () => {
    // A block: 16 x 4,096 x 32 = 2,097,152 bytes; 4,768 of them, 8,192 for a sequence.
    const { numBlocks, blocksPerSequence, tokens, groups } = kvCapacity(
      [{ kind: 'full', layers: 32, tokenBytes: 4096 }],
      pool,
    )
    expect([numBlocks, blocksPerSequence, groups.length]).toEqual([4768, 8192, 1])
    expect(tokens).toBe(4768 * 16)
  })

  test('of latent attention: DeepSeek-R1, 61 layers of (512 + 64) x 2 bytes a token', () => {
    // A block of 64: 64 x 1,152 x 61 = 4,497,408 bytes.
    const { numBlocks, tokens } = kvCapacity([{ kind: 'full', layers: 61, tokenBytes: 1152 }], {
      ...pool,
      blockSize: 64,
    })
    expect([numBlocks, tokens]).toEqual([2223, 2223 * 64])
  })

  test('of windows: gpt-oss-120b, 18 layers with all and 18 with 128 tokens, of 2 x 8 x 64 x 2 bytes', () => {
    const layers = { layers: 18, tokenBytes: 2048 }
    const held = kvCapacity(
      [
        { kind: 'full', ...layers },
        { kind: 'window', ...layers, windowTokens: 128 },
      ],
      pool,
    )
    // A block: 16 x 2,048 x 18 = 589,824 bytes. Of a window: 127 + 8,192 tokens in 520 blocks, and one more.
    expect(held.groups).toEqual([
      { kind: 'full', layers: 18, blocks: 8192 },
      { kind: 'window', layers: 18, blocks: 521 },
    ])
    expect([held.numBlocks, held.blocksPerSequence]).toEqual([16_954, 8713])
    expect(held.tokens).toBe(Math.floor((16_954 / 8713) * 131_072))
    // Had all of its layers seen all tokens, little more than half of that.
    const whole = kvCapacity([{ kind: 'full', ...layers, layers: 36 }], pool)
    expect(held.tokens / whole.tokens).toBeCloseTo(1.88, 2)
  })

  test('of a short context a window holds no more than the context', () => {
    const layers = { layers: 18, tokenBytes: 2048 }
    const { groups } = kvCapacity(
      [
        { kind: 'full', ...layers },
        { kind: 'window', ...layers, windowTokens: 128 },
      ],
      {
        ...pool,
        contextTokens: 160,
      },
    )
    expect(groups.map(({ blocks }) => blocks)).toEqual([10, 11])
  })

  test('of linear attention: Qwen3.5-397B, 15 layers of 2 x 2 x 256 x 2 bytes a token and 45 states of 64 x 128 x 128 x 2', () => {
    const held = kvCapacity(
      [
        { kind: 'full', layers: 15, tokenBytes: 2048 },
        { kind: 'state', layers: 45, stateBytes: 2_097_152 },
      ],
      pool,
    )
    // A page holds a state, so a block is of 1,024 tokens; four groups of 15 layers, a block of 31,457,280 bytes.
    expect([held.blockSize, held.groups.map(({ kind, blocks }) => `${kind} ${blocks}`)]).toEqual([
      1024,
      ['full 128', 'state 1', 'state 1', 'state 1'],
    ])
    expect([held.numBlocks, held.blocksPerSequence, held.tokens]).toEqual([317, 131, Math.floor((317 / 131) * 131_072)])
  })

  test('a kind with hardly more layers than another is padded into one group', () => {
    const layers = { tokenBytes: 1024 }
    const { groups, numBlocks } = kvCapacity(
      [
        { kind: 'full', layers: 10, ...layers },
        { kind: 'window', layers: 14, ...layers, windowTokens: 64 },
      ],
      pool,
    )
    expect([groups.map(({ layers: count }) => count), numBlocks]).toEqual([
      [10, 14],
      Math.floor(10e9 / (16 * 1024 * 14)),
    ])
  })
})

test('refuses what has no page in common, and a pool without a block', () => {
  const full = { kind: 'full', layers: 2, tokenBytes: 1000 } as const
  expect(() => kvCapacity([full, { ...full, tokenBytes: 500 }], pool)).toThrow(/1000 and 500 bytes/)
  expect(() => kvCapacity([full], { ...pool, poolBytes: 31_999 })).toThrow(/less than a block of 32000/)
})
