import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { corpusShapes } from './shapes.fixture.ts'
import { readCorpus } from './source/read-corpus.ts'

test('the samples of a small trace with nested subagents, each in rising order', async () => {
  const fixture = fileURLToPath(new URL('../fixtures/completion-relative.json', import.meta.url))
  const { corpus } = await readCorpus(fixture)
  expect(corpusShapes(corpus)).toEqual({
    turnsPerSession: [4],
    inputTokens: [70, 120, 150, 155],
    outputTokens: [5, 10, 20, 40],
    newBlocks: [0, 3, 3],
    thinkMs: [0, 8000, 35_000, 93_000],
    apiMs: [5000, 5000, 10_000, 18_500],
    subagentsPerTrace: [7],
    subagentDepth: [1, 1, 1, 1, 1, 1, 2],
    subagentTurns: [1, 1, 1, 1, 1, 1, 2],
    subagentInputTokens: [33, 33, 35, 40, 40, 40, 50, 60],
    subagentOutputTokens: [5, 6, 7, 8, 9, 10, 11, 12],
  })
})
