import { chance } from './chance.ts'

/** Rows of one request each, in the lengths of the public conversation trace: 24 blocks of 512 tokens, a third of them shared. */
export function* mooncakeRows(count: number): Generator<string> {
  const draw = chance(2)
  let next = 1000
  for (let row = 0; row < count; row += 1) {
    const blocks = 1 + Math.floor(46 * draw())
    const shared = Math.floor((blocks * 2 * draw()) / 3)
    const family = 50 * Math.floor(20 * draw())
    const hash_ids = Array.from({ length: blocks }, (_, i) => (i < shared ? family + i : next++))
    yield JSON.stringify({ timestamp: 294 * row, input_length: 512 * blocks - 100, output_length: 340, hash_ids })
  }
}
