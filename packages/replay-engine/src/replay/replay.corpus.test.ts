import { type Corpus, corpusStats, synthCorpus } from '@reprise/trace'
import { havePublicTraces, isWhole, publicTraces } from '@reprise/trace/public-traces'
import { expect, test } from 'vitest'
import { rehearse } from './replay.fixture.ts'

/** Every turn once, and for the root sessions the hits that counting ids finds in the corpus. */
async function expectWholeCorpus(corpus: Corpus): Promise<number> {
  const { records, summary } = await rehearse({ corpus, lanes: 64, preset: 'agentx-v0.1' })
  const turns = corpus.traces.flatMap(({ sessions }) => sessions.map((session) => session.turns.length))
  expect(records).toHaveLength(turns.reduce((a, b) => a + b, 0))
  expect(records.every(({ phase, dueMs, sentMs }) => phase === 'profiling' && dueMs === sentMs)).toBe(true)
  const hitTokens = records
    .filter(({ session }) => session === 'root')
    .reduce((sum, { idealHitTokens }) => sum + idealHitTokens, 0)
  expect(hitTokens / corpus.blockSize).toBe(corpusStats(corpus).hitBlocks)
  expect(summary.plays).toEqual({
    started: corpus.traces.length,
    completed: corpus.traces.length,
    truncated: 0,
    cut: 0,
  })
  return records.length
}

test('a made-up corpus with subagents to two levels: every turn once, and the hits that its statistics count', async () => {
  const corpus = synthCorpus({ seed: 3, traces: 40, scale: 0.2, subagentShare: 0.5 })
  expect(corpus.traces.some(({ sessions }) => sessions.some(({ parent = 0 }) => parent > 0))).toBe(true)
  expect(await expectWholeCorpus(corpus)).toBeGreaterThan(1_000)
})

test.skipIf(!havePublicTraces)('recorded traces: every turn once', async () => {
  expect(await expectWholeCorpus(await publicTraces())).toBe(isWhole ? 25_028 : 3_123)
})
