import { existsSync } from 'node:fs'
import { type Corpus, corpusStats, readCorpus, synthCorpus } from '@reprise/trace'
import { expect, test } from 'vitest'
import { rehearse } from './replay.fixture.ts'

const recorded = '../shared/data/weka'
if (!existsSync(recorded)) console.warn(`\n${recorded} is not there: the replay of recorded traces is NOT tested\n`)

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

test.skipIf(!existsSync(recorded))('355 recorded traces at 64 lanes: 25,028 turns, each once', async () => {
  const { corpus } = await readCorpus(recorded)
  expect(await expectWholeCorpus(corpus)).toBe(25_028)
})
