import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { corpusDigest } from '../corpus-digest.ts'
import { readCorpus } from '../source/read-corpus.ts'
import { synthCorpus } from '../synth/synth-corpus.ts'
import { compiledCorpus, corpusBytes } from './corpus-bytes.ts'

const small = synthCorpus({ seed: 2, traces: 2, scale: 0.02, turnScale: 0.1, subagentShare: 1 })

describe('a corpus and its bytes', () => {
  test.each(['completion-relative.json', 'dynamo-tools.jsonl', 'mooncake-agentic.jsonl'])(
    '%s comes back as it was, with its notes',
    async (name) => {
      const path = fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))
      const { corpus, problems } = await readCorpus(path)
      const back = compiledCorpus(corpusBytes({ corpus, notes: { problems } }))
      expect(back).toEqual({ corpus, notes: { problems } })
      expect(corpusDigest(back!.corpus)).toBe(corpus.digest)
    },
  )

  test('every list of ids of a turn comes back, whatever its field', () => {
    const [trace] = small.traces
    const [root] = trace!.sessions
    const turn = { ...root!.turns[0]!, replyBlocks: Uint32Array.of(4_294_967_295, 0) }
    const corpus = { ...small, traces: [{ ...trace!, sessions: [{ ...root!, turns: [turn, ...root!.turns] }] }] }
    expect(compiledCorpus(corpusBytes({ corpus, notes: null }))?.corpus).toEqual(corpus)
  })

  test('one byte that is another, wherever, or one that is missing: nothing comes back', () => {
    const bytes = corpusBytes({ corpus: small, notes: [] })
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(bytes)
        damaged[at]! ^= change
        expect(compiledCorpus(damaged)).toBeUndefined()
        expect(compiledCorpus(bytes.subarray(0, at))).toBeUndefined()
      }),
    )
    expect(compiledCorpus(Buffer.alloc(0))).toBeUndefined()
    expect(compiledCorpus(Buffer.concat([bytes, Buffer.alloc(4)]))).toBeUndefined()
  })
})
