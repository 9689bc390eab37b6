import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blocksOf } from './blocks-of.ts'
import type { Corpus, Session, Trace } from './corpus.ts'
import { encodeBlocks } from './encode-blocks.ts'
import { corpusStats, traceStats } from './stats.ts'

describe('corpusStats', () => {
  test('a session worked out by hand', () => {
    const corpus = corpusOf('local', [[[1, 2], [1, 2, 3], [1, 2, 4], [1, 2, 4], [9], []]])
    expect(corpusStats(corpus)).toEqual({
      traces: 1,
      requests: 6,
      subagents: 0,
      subagentRequests: 0,
      inputTokens: 600,
      outputTokens: 60,
      blocks: 12,
      uniqueBlocks: 5,
      hitBlocks: 7,
      hitRate: 7 / 12,
      // [9] -> [] loses its only block, as [1 2 3] -> [1 2 4] does.
      pairs: { consecutive: 5, growth: 2, lastBlockChanged: 2 },
    })
  })

  test('an id of another trace is a hit with global scope only', () => {
    const lists = [[[1, 2]], [[1, 2, 3]]]
    expect(corpusStats(corpusOf('local', lists)).uniqueBlocks).toBe(5)
    expect(corpusStats(corpusOf('global', lists)).uniqueBlocks).toBe(3)
  })

  test('subagents are counted apart', () => {
    const [trace] = corpusOf('local', [[[1, 2]]]).traces
    const subagent: Session = { ...sessionOf([[1, 2], [3]]), id: 'agent', parent: 0 }
    const corpus = corpusOf('local', [])
    const stats = traceStats({ ...trace!, sessions: [...trace!.sessions, subagent] }, corpus)
    expect(stats).toMatchObject({ requests: 1, subagents: 1, subagentRequests: 2, blocks: 2, uniqueBlocks: 2 })
    expect(stats.pairs.consecutive).toBe(0)
  })

  test('there is no hit rate without blocks', () => {
    expect(corpusStats(corpusOf('local', [[[]]]))).not.toHaveProperty('hitRate')
  })

  test.each(['local', 'global'] as const)('agrees with counting the whole lists, scope %s', (scope) => {
    fc.assert(
      fc.property(traceLists, (lists) => {
        const corpus = corpusOf(scope, lists)
        const stats = corpusStats(corpus)
        expect(stats).toMatchObject(slowCount(corpus))
        expect(stats.hitBlocks + stats.uniqueBlocks).toBe(stats.blocks)
        expect(stats.pairs.growth + stats.pairs.lastBlockChanged).toBeLessThanOrEqual(stats.pairs.consecutive)
      }),
    )
  })
})

const ids = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 6 })
const traceLists = fc.array(fc.array(ids, { minLength: 1, maxLength: 6 }), { maxLength: 4 })

function slowCount(corpus: Corpus) {
  let [hitBlocks, growth, lastBlockChanged] = [0, 0, 0]
  let seen = new Set<number>()
  for (const { sessions } of corpus.traces) {
    if (corpus.blockScope === 'local') seen = new Set()
    const lists = sessions[0]!.turns.map((_, turn) => Array.from(blocksOf(sessions[0]!, turn)))
    for (const [turn, list] of lists.entries()) {
      for (const id of list) {
        if (seen.has(id)) hitBlocks += 1
        seen.add(id)
      }
      const before = lists[turn - 1]
      if (!before) continue
      const same = before.findIndex((id, index) => list[index] !== id)
      if (same === -1) growth += 1
      if (same === before.length - 1 && before.length > 0) lastBlockChanged += 1
    }
  }
  return { hitBlocks, pairs: { growth, lastBlockChanged } }
}

function corpusOf(blockScope: Corpus['blockScope'], lists: readonly (readonly (readonly number[])[])[]): Corpus {
  const traces = lists.map((list, index): Trace => ({ id: `t${index}`, models: ['m'], sessions: [sessionOf(list)] }))
  return {
    schema: 'corpus/1',
    digest: '',
    blockSize: 16,
    blockScope,
    origin: { format: 'weka', subagentTimes: 'none' },
    traces,
  }
}

function sessionOf(lists: readonly (readonly number[])[]): Session {
  const turns = lists.map((list, index) => ({
    ...encodeBlocks(lists[index - 1] ?? [], list),
    inputTokens: 100,
    outputTokens: 10,
    startMs: 0,
    model: 'm',
    inputKinds: [],
    outputKinds: [],
    needs: [],
  }))
  return { id: 'root', toolTokens: 0, systemTokens: 0, turns }
}
