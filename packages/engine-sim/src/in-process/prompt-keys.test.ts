import type { PromptContent } from '@reprise/replay-engine'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PromptKeys } from './prompt-keys.ts'

function promptOf(blocks: readonly number[], changes: Partial<PromptContent> = {}): PromptContent {
  return {
    seed: 1,
    scope: '0.0',
    blockSize: 8,
    blocks: Uint32Array.from(blocks),
    tailTokens: 0,
    tailKey: '0.0',
    ...changes,
  }
}

const keysOf = (prompt: PromptContent, blockSize = 8) => [...new PromptKeys(prompt, blockSize).of(prompt)]

/** How many leading keys two prompts share. */
function shared(one: PromptContent, other: PromptContent, blockSize: number): number {
  const [keys, others] = [keysOf(one, blockSize), keysOf(other, blockSize)]
  const at = keys.findIndex((key, index) => key !== others[index])
  return at === -1 ? Math.min(keys.length, others.length) : at
}

describe('content', () => {
  test('equal blocks in equal places are equal keys, up to the first that differs', () => {
    expect(shared(promptOf([1, 2, 3, 4]), promptOf([1, 2, 9, 4]), 8)).toBe(2)
    expect(shared(promptOf([1, 2, 3]), promptOf([2, 1, 3]), 8)).toBe(0)
  })

  test('two scopes, or two seeds, share nothing', () => {
    expect(shared(promptOf([1, 2]), promptOf([1, 2], { scope: '0.1' }), 8)).toBe(0)
    expect(shared(promptOf([1, 2]), promptOf([1, 2], { seed: 2 }), 8)).toBe(0)
  })

  test('KV blocks smaller than content blocks split them: 8 tokens shared are 2 blocks of 3', () => {
    expect(keysOf(promptOf([1, 2, 3]), 3)).toHaveLength(8)
    expect(shared(promptOf([1, 2, 3]), promptOf([1, 9, 3]), 3)).toBe(2)
    expect(shared(promptOf([1, 2, 3]), promptOf([1, 9, 3]), 4)).toBe(2)
    expect(shared(promptOf([1, 2, 3]), promptOf([1, 2, 9]), 16)).toBe(1)
  })

  test('KV blocks larger than content blocks join them: 24 tokens shared are 1 block of 16', () => {
    expect(keysOf(promptOf([1, 2, 3, 4]), 16)).toHaveLength(2)
    expect(shared(promptOf([1, 2, 3, 4]), promptOf([1, 2, 3, 9]), 16)).toBe(1)
  })

  test('plays with a scope in common share what stands before the block that is their own', () => {
    const play = (scope: string, ownBlock: number) =>
      promptOf([1, 2, 3, 4], { scope, common: { scope: 'all', ownBlock } })
    expect(shared(play('a', 2), play('b', 2), 8)).toBe(2)
    expect(shared(play('a', 2), play('a', 2), 8)).toBe(4)
    expect(shared(play('a', 0), play('b', 0), 8)).toBe(0)
    // Of 16 tokens shared, 5 blocks of 3; of one of 16, one.
    expect(shared(play('a', 2), play('b', 2), 3)).toBe(5)
    expect(shared(play('a', 2), play('b', 2), 16)).toBe(1)
    expect(shared(play('a', 4), play('b', 4), 8)).toBe(4)
  })

  test('plays share the system prompt that all have, and nothing behind it', () => {
    const play = (scope: string, blocks: number) =>
      promptOf([0, 1, 2, 7], { scope, tailTokens: 8, system: { scope: 'all', blocks } })
    expect(shared(play('a', 3), play('b', 3), 8)).toBe(3)
    expect(shared(play('a', 3), play('a', 3), 8)).toBe(5)
    // Of 24 tokens shared, 8 blocks of 3; of one of 16, one.
    expect(shared(play('a', 3), play('b', 3), 3)).toBe(8)
    expect(shared(play('a', 3), play('b', 3), 16)).toBe(1)
    expect(shared(play('a', 0), play('b', 0), 8)).toBe(0)
    expect(shared(play('a', 4), play('b', 4), 8)).toBe(4)
    // A longer one has the shorter one in it.
    expect(shared(play('a', 2), play('b', 3), 8)).toBe(2)
  })

  test('the tail counts by its own key, where it fills a KV block', () => {
    const tail = { tailTokens: 7, tailKey: '0.4' }
    expect(keysOf(promptOf([1], tail), 8)).toHaveLength(1)
    expect(keysOf(promptOf([1], tail), 4)).toHaveLength(3)
    expect(shared(promptOf([1], tail), promptOf([1], tail), 4)).toBe(3)
    expect(shared(promptOf([1], tail), promptOf([1], { ...tail, tailKey: '0.5' }), 4)).toBe(2)
    expect(keysOf(promptOf([1], { tailTokens: 24, tailKey: '0.4' }), 8)).toHaveLength(4)
    expect(shared(promptOf([1, 2]), promptOf([1], { tailTokens: 8 }), 8)).toBe(1)
  })
})

test('turn after turn, the keys are those of a fresh start, and those given out before stay as they were', () => {
  const turn = fc.record({
    keep: fc.nat(12),
    added: fc.array(fc.nat(3), { maxLength: 12 }),
    tailTokens: fc.nat(20),
    ownBlock: fc.nat(6),
  })
  fc.assert(
    fc.property(
      fc.array(turn, { maxLength: 12 }),
      fc.integer({ min: 1, max: 20 }),
      fc.boolean(),
      (turns, blockSize, isShared) => {
        const common = (ownBlock: number) => (isShared ? { common: { scope: 'all', ownBlock } } : {})
        const session = new PromptKeys(promptOf([], common(0)), blockSize)
        const given: { view: Float64Array; copy: number[] }[] = []
        let blocks: number[] = []
        for (const [at, { keep, added, tailTokens, ownBlock }] of turns.entries()) {
          blocks = [...blocks.slice(0, keep), ...added]
          const prompt = promptOf(blocks, { tailTokens, tailKey: `0.${at}`, ...common(ownBlock) })
          const view = session.of(prompt)
          expect([...view]).toEqual(keysOf(prompt, blockSize))
          given.push({ view, copy: [...view] })
        }
        for (const { view, copy } of given) expect([...view]).toEqual(copy)
      },
    ),
  )
})
