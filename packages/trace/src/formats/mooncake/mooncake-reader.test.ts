import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blockFit } from '../../block-fit.ts'
import { blocksOf } from '../../blocks-of.ts'
import { TraceError } from '../../problem.ts'
import { readCorpus } from '../../source/read-corpus.ts'
import { corpusStats } from '../../stats.ts'
import { blockSizeOf } from './block-size-of.ts'
import { MooncakeReader } from './mooncake-reader.ts'

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url))
const shared = fileURLToPath(new URL('../../../../../../shared/data/mooncake/', import.meta.url))
const absent = !existsSync(shared)

test.skipIf(absent)(
  'the public conversation trace: every request, and what an infinite cache holds of it',
  async () => {
    const { corpus, problems } = await readCorpus(shared)
    expect(problems).toEqual([])
    expect(corpus).toMatchObject({ blockSize: 512, blockScope: 'global' })
    expect(corpus.origin).toEqual({ format: 'mooncake', blockSizeFrom: 'format' })
    expect(corpusStats(corpus)).toMatchObject({
      requests: 12_031,
      blocks: 288_500,
      hitBlocks: 105_710,
      uniqueBlocks: 182_790,
      hitRate: 105_710 / 288_500,
    })
    expect(blockFit(corpus)).toMatchObject({ tooFewIds: 0, tooManyIds: 0, noIds: 0, coveredShare: 1 })
    expect(corpus.traces.at(-1)?.startMs).toBe(3_536_999)
  },
)

test('rows of a session are its turns, others are traces by themselves, in the order of their times', async () => {
  const { corpus, problems } = await readCorpus(fixture('mooncake-sessions.jsonl'))
  expect(problems).toEqual([])
  expect(corpus.traces.map(({ id, startMs, sessions }) => [id, startMs, sessions[0]?.turns.length])).toEqual([
    ['d', 1100, 2],
    ['request_1', 0, 1],
    ['request_3', 300, 1],
    ['s1', 100, 2],
  ])
  const [first, second] = corpus.traces[3]!.sessions[0]!.turns
  expect(first).toMatchObject({ inputTokens: 1030, sharedBlocks: 0, needs: [] })
  expect(second).toMatchObject({ startMs: 3000, thinkMs: 250, sharedBlocks: 2 })
  expect(second?.needs).toEqual([
    { on: { session: 0, turn: 0 }, trigger: 'completion', delayMs: 250, relation: 'sequence' },
  ])
  const same = corpus.traces[1]!.sessions[0]!.turns[0]!
  expect([...same.ownBlocks, same.partialBlock]).toEqual([...first!.ownBlocks, first!.partialBlock])
})

test('ids beyond what a double holds are told apart', async () => {
  const { corpus } = await readCorpus(fixture('mooncake-sessions.jsonl'))
  const session = corpus.traces[3]!.sessions[0]!
  expect(session.turns[0]?.partialBlock).not.toBe(blocksOf(session, 1)[2])
})

test('a delta row is what is new behind the reply before it', async () => {
  const { corpus } = await readCorpus(fixture('mooncake-sessions.jsonl'))
  const [first, second] = corpus.traces[0]!.sessions[0]!.turns
  expect(second).toMatchObject({ inputTokens: 600 + 500 + 100, sharedBlocks: 1 })
  expect(second?.ownBlocks).toHaveLength(1)
  expect(second?.partialBlock).not.toBe(first?.partialBlock)
})

test('agentic rows: P1, C1 after it, P2 after both, as wait_for says', async () => {
  const { corpus, problems } = await readCorpus(fixture('mooncake-agentic.jsonl'))
  expect(problems).toEqual([])
  expect(corpus).toMatchObject({ blockSize: 16, origin: { blockSizeFrom: 'lengths' } })
  const [trace, ...others] = corpus.traces
  expect(others).toEqual([])
  expect(trace?.sessions.map(({ id, parent }) => [id, parent])).toEqual([
    ['p', undefined],
    ['c', 0],
  ])
  const after = (session: number, turn: number, delayMs: number, relation: string) => ({
    on: { session, turn },
    trigger: 'completion',
    delayMs,
    relation,
  })
  expect(trace?.sessions[0]?.turns[1]?.needs).toEqual([after(0, 0, 50, 'sequence'), after(1, 1, 50, 'join')])
  expect(trace?.sessions[1]?.turns.map(({ needs }) => needs)).toEqual([
    [after(0, 0, 10, 'spawn')],
    [after(1, 0, 20, 'sequence')],
  ])
})

test.each([
  ['no length', { timestamp: 0, output_length: 1, hash_ids: [] }, /input_length: expected a number, found nothing/],
  ['text', { messages: [], output_length: 1, hash_ids: [] }, /the row has messages, and lengths are read, not text/],
  ['a negative length', { input_length: -1, output_length: 1 }, /input_length: /],
  ['a negative time', { timestamp: -1, input_length: 1, output_length: 1 }, /timestamp: /],
  ['an id that is none', { input_length: 1, output_length: 1, hash_ids: [1.5] }, /hash_ids\[0\]: expected a whole/],
  [
    'typed edges',
    { input_length: 1, output_length: 1, not_before_ms: 3 },
    /not_before_ms: .* without the header of its file/,
  ],
])('%s is told', (_, row, message) => {
  const reader = readerOf()
  expect(() => reader.add(row, { file: 'f', line: 1 })).toThrow(message)
  expect(reader.used).toBe(0)
})

test('a request id that comes twice, a wait for nobody, a circle, a second file', () => {
  const row = { request_id: 'a', input_length: 1, output_length: 1 }
  const reader = readerOf()
  reader.add(row, { file: 'f', line: 1 })
  expect(() => reader.add(row, { file: 'f', line: 2 })).toThrow(/already read in line 1/)
  expect(() => reader.add({ ...row, request_id: 'b' }, { file: 'g', line: 1 })).toThrow(TraceError)
  reader.add({ ...row, request_id: 'c', wait_for: ['z', 'a'] }, { file: 'f', line: 3 })
  expect(reader.finish().problems).toEqual([
    {
      severity: 'warning',
      code: 'unknown-wait',
      file: 'f',
      line: 3,
      message: 'waits for z, which is not in the file; this wait is left out',
    },
  ])
  reader.add({ ...row, request_id: 'd', wait_for: ['e'] }, { file: 'f', line: 4 })
  reader.add({ ...row, request_id: 'e', wait_for: ['d'] }, { file: 'f', line: 5 })
  expect(() => reader.finish()).toThrow(/wait for one another in a circle, among them d/)
})

test('the block size is the one that the rows agree on, and 512 where they do not', () => {
  const rows = (size: number) =>
    [10, 1000, 5000].map((inputTokens) => ({ inputTokens, ids: new Uint32Array(Math.ceil(inputTokens / size)) }))
  expect(blockSizeOf(rows(16))).toEqual({ blockSize: 16, blockSizeFrom: 'lengths' })
  expect(blockSizeOf(rows(512))).toEqual({ blockSize: 512, blockSizeFrom: 'format' })
  expect(blockSizeOf([...rows(16), ...rows(512)])).toEqual({ blockSize: 512, blockSizeFrom: 'format' })
})

test('whatever the rows, parents stand first, needs lead backwards, and no request is lost', () => {
  const rowsOf = fc.array(
    fc.record({
      timestamp: fc.nat(10_000),
      session_id: fc.option(fc.constantFrom('a', 'b', 'c', '__proto__'), { nil: undefined }),
      input_length: fc.nat(2000),
      output_length: fc.nat(20),
      hash_ids: fc.array(fc.nat(9), { maxLength: 4 }),
      waits: fc.array(fc.nat(30), { maxLength: 3 }),
      message_mode: fc.constantFrom('history', 'delta', undefined),
    }),
    { minLength: 1, maxLength: 30 },
  )
  fc.assert(
    fc.property(rowsOf, (rows) => {
      const reader = readerOf()
      for (const [index, { waits, ...row }] of rows.entries()) {
        const wait_for = waits.filter((each) => each < index).map((each) => `r${each}`)
        reader.add({ ...row, request_id: `r${index}`, wait_for }, { file: 'f', line: index + 1 })
      }
      const { corpus } = reader.finish()
      expect(corpusStats({ ...corpus, digest: '' }).blocks).toBeGreaterThanOrEqual(0)
      const turns = corpus.traces.flatMap(({ sessions }) => sessions.flatMap((session) => session.turns))
      expect(turns).toHaveLength(rows.length)
      for (const { sessions } of corpus.traces) {
        for (const [index, { parent, turns: own }] of sessions.entries()) {
          expect(index === 0 ? parent === undefined : parent! < index).toBe(true)
          for (const { needs, startMs } of own) {
            expect(startMs).toBeGreaterThanOrEqual(0)
            for (const { on } of needs) expect(sessions[on.session]?.turns[on.turn]).toBeDefined()
          }
        }
      }
    }),
  )
})

function readerOf(): MooncakeReader {
  return new MooncakeReader({ unknownField: () => {}, warn: () => {} })
}
