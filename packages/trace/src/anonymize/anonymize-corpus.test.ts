import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blocksOf } from '../blocks-of.ts'
import { toRecords } from '../convert/to-records.ts'
import type { Corpus, Session, Trace, Turn } from '../corpus.ts'
import { encodeBlocks } from '../encode-blocks.ts'
import { readCorpus } from '../source/read-corpus.ts'
import { corpusStats } from '../stats.ts'
import { synthCorpus } from '../synth/synth-corpus.ts'
import { anonymizeCorpus } from './anonymize-corpus.ts'
import { LeakScan } from './leak-scan.ts'

const salt = 'sixteen letters or more'
const anonymize = (corpus: Corpus, more = {}) =>
  anonymizeCorpus(corpus, { salt, keep: new Set(), rareBelow: 0, ...more })

const synthetic = synthCorpus({ seed: 5, traces: 6, scale: 0.05, turnScale: 0.2, subagentShare: 0.7 })
const fixture = async (name: string) =>
  (await readCorpus(fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url)))).corpus

describe('anonymizeCorpus', () => {
  test.each([
    'completion-relative.json',
    'start-absolute.jsonl',
    'flat-proxy.json',
    'mooncake-agentic.jsonl',
    'mooncake-sessions.jsonl',
    'dynamo-tools.jsonl',
  ])('%s keeps its structure, its lengths and what a cache can hold', async (name) => {
    const corpus = await fixture(name)
    const { corpus: anonymous } = anonymize(corpus)
    expect(shapesOf(anonymous)).toEqual(shapesOf(corpus))
    expect(corpusStats(anonymous)).toEqual(corpusStats(corpus))
  })

  test('whatever corpus: structure, lengths and ceilings are as before, and the scan finds nothing in any format', () => {
    fc.assert(
      fc.property(corpora, fc.nat(4), (corpus, rareBelow) => {
        const { corpus: anonymous, forbidden, kept } = anonymize(corpus, { rareBelow })
        const { inputTokens: _, outputTokens: __, ...before } = corpusStats(corpus)
        expect(corpusStats(anonymous)).toMatchObject(before)
        if (rareBelow === 0) expect(shapesOf(anonymous)).toEqual(shapesOf(corpus))
        for (const to of ['weka', 'mooncake', 'dynamo'] as const) {
          const scan = new LeakScan({ forbidden, kept })
          for (const record of toRecords(anonymous, to).records) scan.add(record)
          expect(scan.leaks).toEqual([])
        }
      }),
      { numRuns: 60 },
    )
  })

  test.each(['weka', 'mooncake', 'dynamo'] as const)('families of sessions pass the scan as %s', async (to) => {
    for (const corpus of [synthetic, await fixture('dynamo-tools.jsonl'), await fixture('mooncake-agentic.jsonl')]) {
      const { corpus: anonymous, ...scanned } = anonymize({ ...corpus, blockSize: 64 })
      const scan = new LeakScan(scanned)
      for (const record of toRecords(anonymous, to).records) scan.add(record)
      expect(scan.leaks).toEqual([])
    }
  })

  test('the same salt gives the same names and another one others', () => {
    const ids = (corpus: Corpus) => new Set(corpus.traces.map(({ id }) => id))
    const one = ids(anonymize(synthetic).corpus)
    expect(ids(anonymize(synthetic).corpus)).toEqual(one)
    const other = ids(anonymize(synthetic, { salt: `${salt}!` }).corpus)
    expect([...other].some((id) => one.has(id))).toBe(false)
  })

  test('a name is the same wherever it stands, and tells nothing of itself', () => {
    const { corpus, originals } = anonymize(synthetic)
    for (const { id } of corpus.traces) expect(id).toMatch(/^id-[0-9a-f]{16}$/)
    expect([...originals.values()].map(({ trace }) => trace)).toEqual(
      expect.arrayContaining(synthetic.traces.map(({ id }) => id)),
    )
    expect(corpus.traces.map(({ id }) => id)).toEqual(corpus.traces.map(({ id }) => id).toSorted())
  })

  test('ids of blocks say no more than which are equal', () => {
    const lists = [
      [7, 1_000_000],
      [7, 1_000_000, 3],
    ]
    const times = (factor: number) => corpusOf([lists.map((list) => list.map((id) => id * factor))])
    const [one, other] = [anonymize(times(1)).corpus, anonymize(times(11)).corpus]
    expect(one.traces[0]!.sessions[0]!.turns.map(({ ownBlocks }) => [...ownBlocks])).toEqual([[0, 1], [2]])
    expect(other.digest).toBe(one.digest)
  })

  test('the earliest trace begins at 0, all are moved alike', () => {
    const [trace] = corpusOf([[[1]]]).traces
    const at = (id: string, startMs: number): Trace => ({ ...trace!, id, startMs })
    const corpus = { ...corpusOf([]), traces: [at('a', 1_700_000_000_500), at('b', 1_700_000_000_000)] }
    const { corpus: anonymous, losses } = anonymize(corpus)
    expect(anonymous.traces.map(({ startMs }) => startMs).toSorted()).toEqual([0, 500])
    expect(losses).toContainEqual({
      ...{ kind: 'changed', field: 'startMs', count: 2 },
      why: 'the first trace begins at 0',
    })
  })

  test('rare lengths are coarse: input within its last block, output to two digits, tools and system to whole blocks', () => {
    const corpus = corpusOf([[[1, 2]], [[1, 2]]], [{ inputTokens: 39, outputTokens: 18_195 }, { inputTokens: 32 }])
    const { traces } = anonymize(corpus, { rareBelow: 3 }).corpus
    const turns = traces.flatMap(({ sessions }) => sessions[0]!.turns)
    expect(turns.map(({ inputTokens }) => inputTokens).toSorted()).toEqual([32, 40])
    expect(turns.map(({ outputTokens }) => outputTokens).toSorted()).toEqual([10, 18_000])
    expect(traces[0]!.sessions[0]).toMatchObject({ toolTokens: 16, systemTokens: 0 })
  })

  test('lengths that enough requests share stay, and those that are rare all the same are counted', () => {
    const corpus = corpusOf([[[1, 2]], [[1, 2]], [[1, 2]]], [{}, {}, { inputTokens: 41, outputTokens: 3 }])
    const { corpus: anonymous, stillRare } = anonymize(corpus, { rareBelow: 2 })
    const lengths = anonymous.traces.map(({ sessions }) => sessions[0]!.turns[0]!.inputTokens)
    expect(lengths.toSorted()).toEqual([35, 35, 40])
    expect(stillRare).toEqual({ inputs: 1, outputs: 1 })
  })

  test('names, words and models that are not public become others; with leave, models stay', () => {
    const corpus = corpusOf(
      [[[1]]],
      [{ model: '/mnt/acme/v3', stopReason: 'quota of acme', inputKinds: ['text', 'acme'] }],
    )
    const [turn] = anonymize(corpus).corpus.traces[0]!.sessions[0]!.turns
    expect(turn).toMatchObject({ model: expect.stringMatching(/^model-[0-9a-f]{16}$/), stopReason: 'other' })
    expect(turn!.inputKinds).toEqual(['text', 'other'])
    const kept = anonymize(corpus, { keep: new Set(['models']) })
    expect(kept.corpus.traces[0]!.sessions[0]!.turns[0]!.model).toBe('/mnt/acme/v3')
    expect(kept.kept).toContain('/mnt/acme/v3')
  })

  test('requests that their reader named after their rank keep that', async () => {
    const corpus = corpusOf([[[1]], [[1]]])
    const traces = corpus.traces.map((trace, index) => {
      const id = `request_${index + 1}`
      return { ...trace, id, startMs: index, sessions: [{ ...trace.sessions[0]!, id }] }
    })
    const ranked: Corpus = { ...corpus, origin: { format: 'mooncake', blockSizeFrom: 'format' }, traces }
    expect(anonymize(ranked).corpus.traces.map(({ id }) => id)).toEqual(['request_1', 'request_2'])
    const named = { ...ranked, traces: traces.map((trace) => ({ ...trace, id: `${trace.id}7` })) }
    expect(anonymize(named).corpus.traces[0]!.id).toMatch(/^id-/)
  })
})

/** What is left of a trace without its names, in any order: how its turns hang together, share blocks and follow one another. */
function shapesOf({ traces, blockScope }: Corpus): string[] {
  let numbers = new Map<number, number>()
  const numberOf = (id: number) => numbers.get(id) ?? numbers.set(id, numbers.size).size - 1
  const shapes = traces.map(({ sessions, startMs }) => {
    numbers = new Map()
    const plain = sessions.map(({ parent, launch, toolTokens, systemTokens, turns, tools = [] }, index) => [
      tools.map(({ startMs: from, endMs, failed }) => [from, endMs, failed]),
      ...[parent, launch?.afterTurn, launch?.startMs, launch?.endMs, toolTokens, systemTokens],
      turns.map((turn, at) => [
        ...[
          turn.inputTokens,
          turn.outputTokens,
          turn.sharedBlocks,
          turn.startMs,
          turn.apiMs,
          turn.ttftMs,
          turn.thinkMs,
        ],
        ...[turn.inputKinds.length, turn.outputKinds.length, turn.stopReason === undefined],
        turn.needs.map(({ on, trigger, delayMs, relation }) => [on.session, on.turn, trigger, delayMs, relation]),
        [...blocksOf(sessions[index]!, at)].map(numberOf),
        turn.partialBlock === undefined ? -1 : numberOf(turn.partialBlock),
      ]),
    ])
    return JSON.stringify({ startMs, blockScope, plain })
  })
  return shapes.toSorted()
}

const corpora = fc
  .record({
    scope: fc.constantFrom('local', 'global'),
    lists: fc.array(fc.array(fc.array(fc.nat(6), { maxLength: 5 }), { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 4,
    }),
    rests: fc.array(fc.nat(15), { minLength: 16, maxLength: 16 }),
    outputs: fc.array(fc.nat(3000), { minLength: 16, maxLength: 16 }),
    words: fc.array(fc.constantFrom('text', 'alice@acme.example', '10.0.0.1', 'Bearer abc', 'sk-ant-1234567890'), {
      minLength: 16,
      maxLength: 16,
    }),
  })
  .map(({ scope, lists, rests, outputs, words }): Corpus => {
    const corpus = corpusOf(lists)
    let at = 0
    const changed = (turn: Turn): Turn => {
      const index = at++ % 16
      const blocks = turn.sharedBlocks + turn.ownBlocks.length
      const rest = rests[index]!
      return {
        ...turn,
        inputTokens: 16 * blocks + rest,
        outputTokens: outputs[index]!,
        ...(rest > 0 && rest % 2 === 0 && { partialBlock: 50 + index }),
        model: words[index]!,
        stopReason: words[15 - index]!,
        inputKinds: [words[index]!],
        ...(index % 3 === 0 && { apiMs: 500, thinkMs: 7 }),
      }
    }
    const traces = corpus.traces.map((trace, index) => ({
      ...trace,
      id: `${words[index]} ${index}`,
      sessions: trace.sessions.map((session) => ({ ...session, turns: session.turns.map(changed) })),
    }))
    return {
      ...corpus,
      blockScope: scope as Corpus['blockScope'],
      traces: traces.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    }
  })

function corpusOf(lists: readonly (readonly (readonly number[])[])[], more: readonly Partial<Turn>[] = []): Corpus {
  const traces = lists.map((list, index): Trace => {
    return { id: `t${index}`, models: ['m'], sessions: [sessionOf(list, more[index] ?? {})] }
  })
  return {
    ...{ schema: 'corpus/1', digest: '', blockSize: 16, blockScope: 'local' },
    origin: { format: 'weka', subagentTimes: 'none' },
    traces,
  } as Corpus
}

function sessionOf(lists: readonly (readonly number[])[], more: Partial<Turn>): Session {
  const turns = lists.map(
    (list, index): Turn => ({
      ...encodeBlocks(lists[index - 1] ?? [], list),
      ...{ inputTokens: 35, outputTokens: 10, startMs: 1000 * index, model: 'm', inputKinds: [], outputKinds: [] },
      needs:
        index === 0
          ? []
          : [{ on: { session: 0, turn: index - 1 }, trigger: 'completion', delayMs: 1000, relation: 'sequence' }],
      ...more,
    }),
  )
  return { id: 'root', toolTokens: 3, systemTokens: 4, turns }
}
