import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChainedPrompts } from './chained-prompts.ts'

test('gives back every list, whether its ids are chained or not', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat(3000), { maxLength: 8 }), { maxLength: 30 }), (lists) => {
      const prompts = new ChainedPrompts()
      const indices = lists.map((ids) => prompts.add(Uint32Array.from(ids)))
      expect(indices.map((index) => [...prompts.of(index)])).toEqual(lists)
    }),
  )
})
