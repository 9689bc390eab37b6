import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkCorpus } from '../../check/check-corpus.ts'
import { toDynamo } from '../../convert/to-dynamo.ts'
import { TraceError } from '../../problem.ts'
import { ListLifter } from '../../source/lift-integer-lists.ts'
import { readCorpus } from '../../source/read-corpus.ts'
import { writeFiles } from '../../source/trace-files.fixture.ts'
import { DynamoReader } from './dynamo-reader.ts'
import { dynamoRow as row } from './dynamo-row.fixture.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-trace-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

/** Parent P1 [100-110], child C1 [120-130], C2 [150-160], parent P2 [200-]. */
const family = [
  row({ id: 'P1', session: 'p', start: 100 }),
  row({ id: 'C1', session: 'c', parent: 'p', start: 120 }),
  row({ id: 'C2', session: 'c', parent: 'p', start: 150 }),
  row({ id: 'P2', session: 'p', start: 200, hashes: ['1', '9', '10'] }),
]

test('a child begins beside its parent, and the parent waits for it: whatever the order of the rows and shards', async () => {
  const wrapped = family.map((event, timestamp) => `{"timestamp":${timestamp},"event":${event}}`)
  const other = JSON.stringify({
    schema: 'dynamo.request.trace.v1',
    event_type: 'tool_end',
    tool: { tool_call_id: 't' },
  })
  await writeFiles(folder, {
    't.000000.jsonl.gz': Buffer.concat([gzipSync(`${wrapped[3]}\n`), gzipSync(`${other}\n${family[1]}\n`)]),
    't.000001.jsonl.gz': gzipSync(`${wrapped[2]}\n${wrapped[0]}`),
  })
  const { corpus, problems } = await readCorpus(folder)
  expect(problems).toEqual([])
  expect(corpus).toMatchObject({ blockSize: 4, blockScope: 'global', origin: { format: 'dynamo' } })
  const [trace, ...others] = corpus.traces
  expect(others).toEqual([])
  expect(trace?.sessions.map(({ id, parent, turns }) => [id, parent, turns.map(({ startMs }) => startMs)])).toEqual([
    ['p', undefined, [0, 100]],
    ['c', 0, [20, 50]],
  ])
  const need = (session: number, turn: number, trigger: string, delayMs: number, relation: string) => ({
    on: { session, turn },
    trigger,
    delayMs,
    relation,
  })
  expect(trace?.sessions.map(({ turns }) => turns.map(({ needs }) => needs))).toEqual([
    [[], [need(0, 0, 'completion', 90, 'sequence'), need(1, 1, 'completion', 40, 'join')]],
    [[need(0, 0, 'dispatch', 20, 'spawn')], [need(1, 0, 'completion', 20, 'sequence')]],
  ])
})

test('hashes of 64 bits that a double would make one are told apart, and the last block stands by itself', async () => {
  const hashes = [
    ['18446744073709551615', '18446744073709551614'],
    ['18446744073709551615', '18446744073709551613'],
  ]
  const rows = hashes.map((each, i) => row({ id: `r${i}`, session: 's', start: i, hashes: each }))
  await writeFiles(folder, { 'a.jsonl': rows.join('\n') })
  const [session] = (await readCorpus(folder)).corpus.traces[0]!.sessions
  expect(session?.turns.map(({ sharedBlocks, ownBlocks }) => [sharedBlocks, [...ownBlocks]])).toEqual([
    [0, [0]],
    [1, []],
  ])
  expect(session?.turns.map(({ partialBlock }) => partialBlock)).toEqual([1, 2])
})

test('the older trace names its chains trajectories', async () => {
  const old = family.map((event) =>
    event
      .replace('dynamo.request.trace.v1', 'dynamo.agent.trace.v1')
      .replace('"session_id"', '"session_id":"run","trajectory_id"')
      .replace('"parent_session_id"', '"parent_trajectory_id"'),
  )
  await writeFiles(folder, { 'new.jsonl': family.join('\n'), 'old.jsonl': old.join('\n') })
  const [before, now] = [await readCorpus(join(folder, 'old.jsonl')), await readCorpus(join(folder, 'new.jsonl'))]
  expect(before.corpus).toEqual(now.corpus)
})

test('rows without an agent are traces by themselves', async () => {
  await writeFiles(folder, { 'a.jsonl': [row({ id: 'b', start: 5 }), row({ id: 'a', start: 9 })].join('\n') })
  const { corpus } = await readCorpus(folder)
  expect(corpus.traces.map(({ id, startMs }) => [id, startMs])).toEqual([
    ['a', 4],
    ['b', 0],
  ])
})

test('what is wrong is told: orphans, duplicates, two parents, missing hashes, other schemas', async () => {
  await writeFiles(folder, {
    'a.jsonl': [
      row({ id: 'a', session: 'a', parent: 'gone', start: 1 }),
      row({ id: 'a', session: 'a', start: 1 }),
      row({ id: 'b', session: 'a', parent: 'other', start: 2 }),
      row({ id: 'c', session: 'a', start: 3 }).replace('"input_sequence_hashes":[1,2]', '"x":1'),
      row({ id: 'd', session: 'a', start: 3 }).replace('trace.v1', 'trace.v9'),
      row({ id: 'e', session: 'e', parent: 'f', start: 4 }),
      row({ id: 'f', session: 'f', parent: 'e', start: 4 }),
    ].join('\n'),
  })
  const { counts, problems, ok } = checkCorpus(await readCorpus(folder))
  expect(counts).toEqual({ 'duplicate-id': 1, record: 3, orphan: 2 })
  expect(ok).toBe(false)
  expect(problems.map(({ line, message }) => [line, message])).toEqual([
    [2, expect.stringMatching(/already read from .*a\.jsonl:1/)],
    [3, expect.stringMatching(/two parents, gone and other/)],
    [4, expect.stringMatching(/input_sequence_hashes: /)],
    [5, expect.stringMatching(/schema: /)],
    [1, expect.stringMatching(/parent gone of session a has no request here/)],
    [7, expect.stringMatching(/parent e of session f is among its own children/)],
  ])
})

describe('tools', () => {
  const sample = fileURLToPath(new URL('../../../fixtures/dynamo-tools.jsonl', import.meta.url))

  test('each call once, by what its rows say outright, then by durations, then by their own times', async () => {
    const { corpus, problems } = await readCorpus(sample)
    expect(problems).toEqual([])
    const [trace] = corpus.traces
    // The trace begins at 100; t2 has an end and a duration, t3 a start alone.
    expect(trace?.sessions.map(({ id, tools }) => [id, tools])).toEqual([
      [
        'parent',
        [
          { name: 'bash', startMs: 110, endMs: 190 },
          { name: 'task', startMs: 140, endMs: 200, failed: true },
          { name: 'grep', startMs: 305 },
        ],
      ],
      ['child', [{ name: 'read', startMs: 155, endMs: 162 }]],
    ])
    expect(trace?.sessions[0]?.turns.map(({ queueMs, ttftMs }) => [queueMs, ttftMs])).toEqual([
      [10, 40],
      [5, 30],
    ])
  })

  test('they change nothing that a replay depends on', async () => {
    const lines = readFileSync(sample, 'utf8').split('\n')
    await writeFiles(folder, { 'bare.jsonl': lines.filter((line) => !line.includes('"tool":')).join('\n') })
    const [bare, whole] = [await readCorpus(join(folder, 'bare.jsonl')), await readCorpus(sample)]
    expect(bare.corpus.digest).toBe(whole.corpus.digest)
  })

  test('written and read again they are the same', async () => {
    const { corpus } = await readCorpus(sample)
    await writeFiles(folder, { 'again.jsonl': [...toDynamo(corpus).lines].join('\n') })
    const again = (await readCorpus(join(folder, 'again.jsonl'))).corpus
    const toolsOf = ({ traces }: typeof corpus) => traces.flatMap(({ sessions }) => sessions.map(({ tools }) => tools))
    expect(toolsOf(again)).toEqual(toolsOf(corpus))
  })

  test('an impossible time is told', async () => {
    const bad = {
      schema: 'dynamo.request.trace.v1',
      event_type: 'tool_end',
      tool: { tool_call_id: 't', duration_ms: -1 },
    }
    await writeFiles(folder, { 'a.jsonl': [family[0]!, JSON.stringify(bad)].join('\n') })
    const { problems } = await readCorpus(folder)
    expect(problems).toMatchObject([{ severity: 'error', line: 2, message: expect.stringMatching(/duration_ms/) }])
  })
})

test.each([
  ['block sizes', row({ id: 'z', session: 'z', start: 1, blockSize: 8 }), /trace_block_size 4 and 8/],
  ['agents and none', row({ id: 'z', start: 1 }), /with an agent_context and without/],
])('mixed %s make no corpus', async (_, second, message) => {
  await writeFiles(folder, { 'a.jsonl': family[0]!, 'b.jsonl': second })
  await expect(readCorpus(folder)).rejects.toThrow(TraceError)
  await expect(readCorpus(folder)).rejects.toThrow(message)
})

test('whatever the times, no request is lost and needs never run in a circle', () => {
  const rows = fc.array(fc.record({ session: fc.constantFrom('a', 'b', 'c', 'd'), start: fc.nat(5), ms: fc.nat(3) }), {
    minLength: 1,
    maxLength: 14,
  })
  const parents = { a: undefined, b: 'a', c: 'a', d: 'b' } as Record<string, string | undefined>
  fc.assert(
    fc.property(rows, (events) => {
      const reader = new DynamoReader({ unknownField: () => {}, warn: () => {} })
      const lifter = new ListLifter(['input_sequence_hashes'])
      for (const [i, { session, start, ms }] of events.entries()) {
        const parent = parents[session]
        const record = row({ id: `r${i}`, session, start, ms, ...(parent !== undefined && { parent }) })
        const { text, lists } = lifter.lift(Buffer.from(record))
        reader.add(JSON.parse(text), { file: 'f', line: i + 1 }, { long: lists })
      }
      const { traces } = reader.finish().corpus
      const turns = traces.flatMap(({ sessions }) => sessions.flatMap((session) => session.turns))
      expect(turns).toHaveLength(events.length)
      for (const { sessions } of traces) {
        const done = new Set<string>()
        const all = sessions.flatMap(({ turns: own }, session) => own.map((each, turn) => ({ ...each, session, turn })))
        for (let before = -1; before !== done.size; ) {
          before = done.size
          for (const { session, turn, needs } of all) {
            if (needs.every(({ on }) => done.has(`${on.session}.${on.turn}`))) done.add(`${session}.${turn}`)
          }
        }
        expect(done.size).toBe(all.length)
      }
    }),
  )
})

test('what a recorder made out of prompts and times is counted, and changes nothing of the workload', async () => {
  const marked = (text: string, capture: object) => JSON.stringify({ ...JSON.parse(text), capture })
  const tool = {
    ...{ schema: 'dynamo.request.trace.v1', event_type: 'tool_end', event_time_unix_ms: 90 },
    ...{ agent_context: { session_id: 'p' }, tool: { tool_call_id: 't', tool_class: 'ls', duration_ms: 5 } },
  }
  const rows = [
    marked(family[0]!, { identity: 'prompts', tokens: 'approximation (four bytes of UTF-8 a token)' }),
    marked(family[1]!, { identity: 'headers', tokens: "the upstream's /tokenize", approximated: ['reply'] }),
    marked(family[2]!, { identity: 7, tokens: 'a tokenizer.json' }),
    family[3]!,
    JSON.stringify({ ...tool, capture: { tool: 'inferred' } }),
    JSON.stringify({ ...tool, tool: { ...tool.tool, tool_call_id: 'u' } }),
  ]
  await writeFiles(folder, { 'a.jsonl': rows.join('\n') })
  const { corpus } = await readCorpus(join(folder, 'a.jsonl'))
  expect(corpus.origin).toEqual({ format: 'dynamo', inferred: { identities: 1, tools: 1, approximated: 2 } })
  const plain = [
    ...family,
    ...[tool, { ...tool, tool: { ...tool.tool, tool_call_id: 'u' } }].map((each) => JSON.stringify(each)),
  ]
  await writeFiles(folder, { 'b.jsonl': plain.join('\n') })
  const { corpus: told } = await readCorpus(join(folder, 'b.jsonl'))
  expect(told.origin).toEqual({ format: 'dynamo' })
  expect(told.digest).toBe(corpus.digest)
})
