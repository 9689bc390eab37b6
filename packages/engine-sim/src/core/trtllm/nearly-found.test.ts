import { expect, test } from 'vitest'
import { requestOf } from '../engine.fixture.ts'
import { BlockPool } from '../vllm/block-pool.ts'
import { VllmSequence } from '../vllm/vllm-sequence.ts'
import { NearlyFound } from './nearly-found.ts'
import { tinyTrtllm } from './trtllm.fixture.ts'

const config = tinyTrtllm()
const sequenceOf = (tokens: number, pages: string) => new VllmSequence(requestOf(pages, tokens, 1, pages), 1, 400)

test('knows of no one until the last block is there that would have to be found', () => {
  const pool = new BlockPool(10)
  const nearly = new NearlyFound(pool, config)
  const sequence = sequenceOf(11, 'xy')
  nearly.add(sequence)
  nearly.keyed(sequence.keys.of(0))
  expect(nearly.mayWant(3)).toBe(false)
  nearly.keyed(sequence.keys.of(1))
  // 11 tokens less two blocks of 4.
  expect([nearly.mayWant(2), nearly.mayWant(3)]).toEqual([false, true])
  nearly.delete(sequence)
  expect(nearly.mayWant(3)).toBe(false)
})

test('knows at once of one whose last block is there, and of one that has less than a block; the last token is never found', () => {
  const pool = new BlockPool(10)
  const [first, there] = [sequenceOf(8, 'xy'), sequenceOf(8, 'xy')]
  pool.take(first, 1)
  pool.giveKey(first)
  const nearly = new NearlyFound(pool, config)
  nearly.add(there)
  expect([nearly.mayWant(3), nearly.mayWant(4)]).toEqual([false, true])
  nearly.add(sequenceOf(2, ''))
  expect([nearly.mayWant(1), nearly.mayWant(2)]).toEqual([false, true])
})
