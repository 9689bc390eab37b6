import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runOn, runStart } from './block-run.ts'
import { PromptTree } from './prompt-tree.ts'

const blockSize = 4
const own = { told: undefined, isExact: true }
const tokens = fc.uint8Array({ maxLength: 11 }).map((bytes) => Uint32Array.from(bytes))

function place(tree: PromptTree, parts: readonly Uint32Array[], told?: number) {
  const keys = parts.map((_, at) =>
    parts
      .slice(0, at + 1)
      .map((part) => part.join())
      .join('|'),
  )
  return tree.place({ salt: '', keys, fresh: parts.slice(tree.known('', keys)) }, { ...own, told })
}

test('however prompts share their beginnings, and whatever was forgotten, hashes are those of their tokens', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(tokens, { minLength: 1, maxLength: 5 }), { maxLength: 8 }),
      fc.nat(3_000),
      (prompts, maxBytes) => {
        const tree = new PromptTree({ blockSize, maxBytes })
        for (const parts of [...prompts, ...prompts]) {
          const all = Uint32Array.from(parts.flatMap((part) => [...part]))
          const { hashes, inputTokens } = place(tree, parts)
          expect(inputTokens).toBe(all.length)
          expect(hashes).toHaveLength(Math.ceil(all.length / blockSize))
          expect(hashes.slice(0, Math.floor(all.length / blockSize))).toEqual(runOn(runStart, all, blockSize).hashes)
        }
      },
    ),
  )
})

test('lengths are those that were told, for every turn of a session', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ part: tokens, more: fc.nat(20) }), { minLength: 1, maxLength: 8 }), (turns) => {
      const tree = new PromptTree({ blockSize, maxBytes: 1e6 })
      let told = 0
      for (const [at, { more }] of turns.entries()) {
        told += 1 + more
        const { hashes, inputTokens, replyHashes } = place(
          tree,
          turns.slice(0, at + 1).map(({ part }) => part),
          told,
        )
        expect(inputTokens).toBe(told)
        expect(hashes).toHaveLength(Math.ceil(told / blockSize))
        expect(replyHashes(new Uint32Array(3))).toHaveLength(Math.ceil((told + 3) / blockSize))
      }
    }),
  )
})

test('what was not used for the longest time is forgotten first', () => {
  const tree = new PromptTree({ blockSize, maxBytes: 1_500 })
  const [a, b, c] = [1, 2, 3].map((token) => [Uint32Array.of(token)])
  for (const prompt of [a, b, a, c]) place(tree, prompt!)
  expect([tree.known('', ['1']), tree.known('', ['2']), tree.known('', ['3'])]).toEqual([1, 0, 1])
  expect(tree.forgotten).toBe(1)
})
