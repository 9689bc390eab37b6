import { existsSync } from 'node:fs'
import { type Corpus, readWekaCorpus, synthCorpus } from '@reprise/trace'
import { describe, expect, test } from 'vitest'
import { type Segment, Segmenter } from './segments.ts'

const weka = new URL('../../../../../shared/data/weka/', import.meta.url)
const haveWeka = existsSync(weka)
if (!haveWeka)
  console.warn('NOT RUN: prompts of recorded traces, ../shared/data/weka is not there; those of a synthetic corpus are')

describe('every turn of a corpus is a conversation of the right length that keeps what it does not change', () => {
  test('synthetic', () => {
    expect(check(synthCorpus({ seed: 3, traces: 20 })).growing).toBeGreaterThan(100)
  })

  test.skipIf(!haveWeka)('recorded', async () => {
    const { corpus } = await readWekaCorpus(new URL('.', weka).pathname)
    expect(check(corpus)).toEqual({ turns: 25_028, growing: 22_898 })
  })
})

function check(corpus: Corpus): { turns: number; growing: number } {
  const { blockSize, traces } = corpus
  const segmenter = new Segmenter({ blockSize })
  const found = { turns: 0, growing: 0 }
  for (const session of traces.flatMap((trace) => trace.sessions)) {
    let before: readonly Segment[] = []
    for (const [t, turn] of session.turns.entries()) {
      const segments = segmenter.segmentsOf(session, t)
      const lengths = segments.map(({ blockCount, tailTokens }) => blockCount * blockSize + tailTokens)
      const roles = segments.map(({ role }) => role).join(' ')
      if (lengths.reduce((sum, length) => sum + length) !== turn.inputTokens) expect.fail(`${session.id} ${t}: length`)
      if (Math.min(...lengths) < 16) expect.fail(`${session.id} ${t}: a message of ${Math.min(...lengths)} tokens`)
      if (!/^(system )?user( assistant user)*$/.test(roles)) expect.fail(`${session.id} ${t}: ${roles}`)
      const blocks = endOf(before)
      if (before.length > 0 && turn.sharedBlocks >= blocks) {
        found.growing += 1
        if (boundaries(segments, blocks) !== boundaries(before, blocks)) expect.fail(`${session.id} ${t}: boundaries`)
      }
      found.turns += 1
      before = segments
    }
  }
  return found
}

function endOf(segments: readonly Segment[]): number {
  const last = segments.at(-1)
  return last ? last.blockStart + last.blockCount : 0
}

function boundaries(segments: readonly Segment[], blocks: number): string {
  const started = segments.filter(({ blockStart }) => blockStart < blocks)
  return started.map(({ role, blockStart }) => `${role} ${blockStart}`).join()
}
