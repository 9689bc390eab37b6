import { expect, test } from 'vitest'
import { engineContract } from '../engine.contract.ts'
import { tinyEngine } from '../engine.fixture.ts'
import { makeEngine } from './make-engine.ts'

const config = tinyEngine({ numBlocks: 26, maxModelLen: 84, maxNumSeqs: 5, maxNumBatchedTokens: 40 }, 3)

engineContract('vLLM', {
  make: (listener, options) => makeEngine(config, listener, options),
  blockSize: 4,
  maxModelLen: 84,
})

test('refuses an engine in which a request could wait for ever', () => {
  const listener = { tokens: () => {}, finished: () => {} }
  expect(() => makeEngine(tinyEngine({ maxModelLen: 401 }), listener)).toThrow(/numBlocks/)
})
