import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareCorpora, decidingQuantities } from '../compare/compare-corpora.ts'
import type { Corpus } from '../corpus.ts'
import { TraceError } from '../problem.ts'
import { havePublicTraces, isWhole, publicTraces } from '../source/public-traces.fixture.ts'
import { readCorpus } from '../source/read-corpus.ts'
import { corpusStats } from '../stats.ts'
import { corpusSamples } from '../survey/corpus-samples.ts'
import { pairRelations } from '../survey/pair-relations.ts'
import { fitModel } from './fit-model.ts'
import { synthCorpus } from './synth-corpus.ts'
import { parseTraceModel } from './trace-model.ts'

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))

/** p10, p50 and p90 of what decides a load are within ten percent, and so is the pooled share of misses within a quarter. */
function expectAlike(corpus: Corpus, made: Corpus): void {
  const { quantities, largest } = compareCorpora(corpusSamples(corpus), corpusSamples(made))
  for (const name of decidingQuantities) expect(quantities[name], name).toBeDefined()
  expect(Math.abs(largest!.difference!), JSON.stringify(largest)).toBeLessThan(0.1)
  const misses = (each: Corpus) => 1 - corpusStats(each).hitRate!
  expect(Math.abs(misses(made) / misses(corpus) - 1)).toBeLessThan(0.25)
}

describe('a corpus made like another', () => {
  // A tenth of them is too few for the tails to be alike.
  test.runIf(havePublicTraces && isWhole)('the public traces: lengths, turns, think times and hits', async () => {
    const corpus = await publicTraces()
    const made = synthCorpus({ seed: 1, traces: corpus.traces.length, model: fitModel(corpus) })
    expectAlike(corpus, made)
    const [of, ofMade] = [corpusStats(corpus), corpusStats(made)]
    expect(Math.abs(ofMade.requests / of.requests - 1)).toBeLessThan(0.05)
    expect(ofMade.pairs.growth / ofMade.pairs.consecutive).toBeCloseTo(of.pairs.growth / of.pairs.consecutive, 1)
  })

  test('a generated one: the same', () => {
    const corpus = synthCorpus({ seed: 9, traces: 200, scale: 0.05, turnScale: 0.4, subagentShare: 0.3 })
    const made = synthCorpus({ seed: 2, traces: 200, model: fitModel(corpus) })
    expectAlike(corpus, made)
    expect(made.traces.filter(({ sessions }) => sessions.length > 1)).toHaveLength(60)
  })

  test('what no root of one turn shows, and what one trace shares with another', async () => {
    const { corpus } = await readCorpus(fixture('mooncake-sessions.jsonl'))
    const model = fitModel(corpus)
    const made = synthCorpus({ seed: 1, traces: 40, model })
    expect(made.blockScope).toBe(model.sharedStart ? 'global' : 'local')
    expect(made.traces[0]!.sessions[0]!.turns[0]).not.toHaveProperty('apiMs')
    expect(made.blockSize).toBe(corpus.blockSize)
  })

  test('traces that begin with what others sent hit as often as theirs do', () => {
    // Sixty traces of one turn, of which every second begins with half of the one before.
    const ids = (first: number, count: number) => Uint32Array.from({ length: count }, (_, index) => first + index)
    const traces = Array.from({ length: 60 }, (_, index) => {
      const own = ids(100 * index, 10)
      if (index % 2 === 1) own.set(ids(100 * (index - 1), 5))
      const turn = { inputTokens: 640, outputTokens: 5, sharedBlocks: 0, ownBlocks: own, startMs: 0, model: 'm' }
      const turns = [{ ...turn, inputKinds: [], outputKinds: [], needs: [] }]
      const sessions = [{ id: 'root', toolTokens: 0, systemTokens: 0, turns }]
      return { id: `t${String(index).padStart(2, '0')}`, models: ['m'], startMs: index, sessions }
    })
    const rest = { schema: 'corpus/1', digest: '', blockSize: 64, origin: { format: 'dynamo' } } as const
    const corpus: Corpus = { ...rest, blockScope: 'global', traces }
    const made = synthCorpus({ seed: 4, traces: 400, model: fitModel(corpus) })
    expect(corpusStats(corpus).hitRate).toBe(0.25)
    expect(Math.abs(corpusStats(made).hitRate! - 0.25)).toBeLessThan(0.025)
  })
})

describe('the model', () => {
  test('holds no text of the corpus, no name and no id, and is small', async () => {
    const { corpus } = await readCorpus(fixture('completion-relative.json'))
    const words = new Set<string>()
    const text = JSON.stringify(fitModel(corpus), (_, value) => {
      if (typeof value === 'string') words.add(value)
      return value
    })
    expect(
      [...words].filter((word) => !['trace-model/1', 'last-block', 'identical', 'measured'].includes(word)),
    ).toEqual([])
    expect(text.length).toBeLessThan(50_000)
  })

  test('is the same when written and read again, whatever the corpus', () => {
    const drawn = fc.record({
      seed: fc.nat(1000),
      traces: fc.integer({ min: 1, max: 30 }),
      scale: fc.constantFrom(0.0005, 0.02),
      turnScale: fc.constantFrom(0.02, 0.2),
      subagentShare: fc.constantFrom(0, 1),
    })
    fc.assert(
      fc.property(drawn, (options) => {
        const model = fitModel(synthCorpus(options))
        expect(parseTraceModel(JSON.stringify(model), 'm.json')).toEqual(model)
        expect(synthCorpus({ seed: 1, traces: 3, model }).traces).toHaveLength(3)
      }),
      { numRuns: 8 },
    )
  })

  test.each([
    ['{', /^m\.json: not valid JSON; give a file that trace synth --model wrote$/],
    ['{"schema":"trace-model/2"}', /^m\.json: schema: .*; give a file/],
  ])('%s is refused', (text, message) => {
    expect(() => parseTraceModel(text, 'm.json')).toThrow(TraceError)
    expect(() => parseTraceModel(text, 'm.json')).toThrow(message)
  })

  test('tables that fall, that break off or that no memory holds are refused', () => {
    const model = fitModel(synthCorpus({ seed: 1, traces: 2, scale: 0.001, turnScale: 0.1 }))
    const withTurns = (turns: unknown) => JSON.stringify({ ...model, root: { ...model.root, turns } })
    for (const [turns, message] of [
      [
        [
          [0, 5],
          [1, 4],
        ],
        /root\.turns: values must not fall/,
      ],
      [
        [
          [0, 5],
          [0.5, 6],
        ],
        /root\.turns: shares must run from 0 to 1/,
      ],
      [
        [
          [0, 5],
          [1, 1e9],
        ],
        /root\.turns: no value may be above 100000/,
      ],
      [
        [
          [0, null],
          [1, 4],
        ],
        /root\.turns\.0\.1: /,
      ],
    ] as const)
      expect(() => parseTraceModel(withTurns(turns), 'm.json')).toThrow(message)
  })
})

describe('knobs', () => {
  const options = { seed: 6, traces: 40, scale: 0.05, turnScale: 0.5, subagentShare: 0.5 }
  const model = fitModel(synthCorpus(options))
  const p50 = (corpus: Corpus, name: 'thinkMs' | 'growthTokens' | 'subagents' | 'depth') => {
    const values = corpusSamples(corpus)[name]
    return values[Math.floor(values.length / 2)]!
  }

  describe.each([
    ['recorded shapes', options],
    ['a model', { seed: 6, traces: 40, model }],
  ])('with %s', (_, base) => {
    const plain = synthCorpus(base)

    test('think time', () => {
      expect(p50(synthCorpus({ ...base, thinkScale: 3 }), 'thinkMs') / p50(plain, 'thinkMs')).toBeCloseTo(3, 1)
      const still = corpusSamples(synthCorpus({ ...base, thinkScale: 0 })).thinkMs
      expect(still.at(-1)).toBe(0)
    })

    test('growth', () => {
      expect(
        p50(synthCorpus({ ...base, growthScale: 2 }), 'growthTokens') / p50(plain, 'growthTokens'),
      ).toBeGreaterThan(1.1)
    })

    test('compaction', () => {
      const kept = (corpus: Corpus) => pairRelations(corpus)['little-kept']
      const [none, some, often] = [0, 1, 4].map((compactionScale) => kept(synthCorpus({ ...base, compactionScale })))
      expect(some).toBeGreaterThan(0)
      expect(none).toBeLessThan(some! / 4)
      expect(often).toBeGreaterThan(1.5 * some!)
    })

    test('fan-out and depth', () => {
      const wide = corpusSamples(synthCorpus({ ...base, fanOutScale: 4 })).subagents
      const before = corpusSamples(plain).subagents
      expect(wide.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(2 * before.reduce((sum, each) => sum + each, 0))
      const deep = corpusSamples(synthCorpus({ ...base, depth: 4 })).depth
      expect([...deep.slice(-1)]).toEqual([4])
      expect(synthCorpus({ ...base, depth: 0 }).traces.every(({ sessions }) => sessions.length === 1)).toBe(true)
    })
  })

  test.each([
    [{ thinkScale: -1 }, /^thinkScale: give a number of at least 0/],
    [{ growthScale: 0 }, /^growthScale: give a number above 0/],
    [{ compactionScale: Number.NaN }, /^compactionScale: /],
    [{ fanOutScale: 0 }, /^fanOutScale: /],
    [{ depth: 1.5 }, /^depth: /],
  ])('refuses %o', (wrong, message) => {
    expect(() => synthCorpus({ seed: 1, traces: 1, ...wrong })).toThrow(message)
  })
})
