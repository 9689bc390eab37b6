import { expect, test } from 'vitest'
import { Losses } from '../convert/losses.ts'
import { corpusOfRequests } from './corpus-of-requests.ts'
import { PromptChains } from './prompt-chains.ts'

test('waits in a circle: nothing waits for what began later, and that is told', () => {
  const tokenize = (text: string) => new Uint32Array(text.length)
  const losses = new Losses()
  const chains = new PromptChains(4, tokenize)
  const plain = { model: 'm', prompt: chains.link(undefined, 'text'), outputTokens: 1, inputKinds: [], outputKinds: [] }
  const requests = [
    { ...plain, id: 'p', session: 'p', startMs: 20, joins: ['c'] },
    { ...plain, id: 'c', session: 'c', parentSession: 'p', startMs: 10, launchedBy: 'p' },
  ]
  const { traces } = corpusOfRequests(requests, { chains, blockSize: 4, tokenize, tokenizer: 'any', losses })
  const relations = traces[0]!.sessions.map(({ turns }) => turns[0]!.needs.map(({ relation }) => relation))
  expect(relations).toEqual([['join'], []])
  expect(losses.all).toContainEqual(expect.objectContaining({ kind: 'dropped', field: 'needs', count: 1 }))
})
