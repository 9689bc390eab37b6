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

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-trace-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

interface Row {
  readonly id: string
  readonly session?: string
  readonly parent?: string
  readonly start: number
  readonly ms?: number
  readonly hashes?: readonly string[]
  readonly blockSize?: number
}

function row({ id, session, parent, start, ms = 10, hashes = ['1', '2'], blockSize = 4 }: Row): string {
  const context = { session_id: session, parent_session_id: parent }
  const replay = { trace_block_size: blockSize, input_length: 4 * hashes.length - 1, input_sequence_hashes: ['HASHES'] }
  const request = {
    request_id: id,
    model: 'm',
    output_tokens: 3,
    request_received_ms: start,
    total_time_ms: ms,
    replay,
  }
  const event = {
    ...{ schema: 'dynamo.request.trace.v1', event_type: 'request_end', event_time_unix_ms: start + ms },
    ...(session !== undefined && { agent_context: context }),
    request,
  }
  return JSON.stringify(event).replace('["HASHES"]', `[${hashes.join(',')}]`)
}

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
        reader.add(JSON.parse(text), { file: 'f', line: i + 1 }, lists)
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

describe('what only an exporter knows', () => {
  const launched = (more: object, session = 'parent') =>
    JSON.stringify({
      schema: 'dynamo.request.trace.v1',
      event_type: 'tool_end',
      event_time_unix_ms: 115,
      agent_context: { session_id: session },
      tool: {
        tool_call_id: 'tool-1',
        tool_class: 'agent',
        claude: { source_request_id: 'P1', child_session_id: 'child', execution_mode: 'blocking', ...more },
      },
    })
  // By its times the child is of P2, and P3 waits for it.
  const rows = [
    row({ id: 'P1', session: 'parent', start: 100 }),
    row({ id: 'P2', session: 'parent', start: 120 }),
    row({ id: 'C', session: 'child', parent: 'parent', start: 130 }),
    row({ id: 'P3', session: 'parent', start: 200 }),
    row({ id: 'P4', session: 'parent', start: 300 }),
  ]
  const waits = async (...tools: readonly string[]) => {
    await writeFiles(folder, { 'a.jsonl': [...rows, ...tools].join('\n') })
    const { corpus, problems } = await readCorpus(folder)
    const sessions = corpus.traces[0]!.sessions
    const words = sessions.flatMap(({ id, turns }) =>
      turns.flatMap(({ needs }, turn) =>
        needs
          .filter(({ relation }) => relation !== 'sequence')
          .map(({ on, relation, delayMs }) => `${id}.${turn} ${relation} ${on.session}.${on.turn} +${delayMs}`),
      ),
    )
    return { words, problems: problems.map(({ code, message }) => `${code}: ${message}`) }
  }

  test('who asked for a subagent and who used its result comes before what the times say', async () => {
    expect(await waits()).toEqual({ words: ['parent.2 join 1.0 +60', 'child.0 spawn 0.1 +10'], problems: [] })
    expect(await waits(launched({ consumer_request_id: 'P4' }))).toEqual({
      words: ['parent.3 join 1.0 +160', 'child.0 spawn 0.0 +30'],
      problems: [],
    })
    expect((await waits(launched({ execution_mode: 'background' }))).words).toEqual(['child.0 background 0.0 +30'])
  })

  test('a child without a parent of its own rows has the one that called for it', async () => {
    rows[2] = row({ id: 'C', session: 'child', start: 130 })
    expect((await waits(launched({ consumer_request_id: 'P4' }))).words).toEqual([
      'parent.3 join 1.0 +160',
      'child.0 spawn 0.0 +30',
    ])
    rows[2] = row({ id: 'C', session: 'child', parent: 'parent', start: 130 })
  })

  test.each([
    [{ source_request_id: 'X' }, 'parent', /its source_request_id X is no request of its session/],
    [{ consumer_request_id: 'C' }, 'parent', /its consumer_request_id C is no request of its session/],
    [{ source_request_id: 'P3', consumer_request_id: 'P1' }, 'parent', /is not after its source_request_id/],
    [{}, 'stranger', /it was run by another session than the parent/],
  ])('evidence that does not fit is told, and the times are read: %o', async (more, session, message) => {
    const { words, problems } = await waits(launched(more, session))
    expect(words).toEqual(['parent.2 join 1.0 +60', 'child.0 spawn 0.1 +10'])
    expect(problems).toEqual([expect.stringMatching(message)])
    expect(problems[0]).toMatch(/^tool: tool tool-1: .*; what session child waits for is read from its times$/)
  })
})

test('hashes of replies that do not fit the lengths are told and left out', async () => {
  const filled = (completion: string) =>
    row({ id: 'a', start: 1 }).replace(
      '"input_sequence_hashes"',
      `"completion_sequence_hashes":[${completion}],"input_sequence_hashes"`,
    )
  const replyOf = async (completion: string) => {
    await writeFiles(folder, { 'a.jsonl': filled(completion) })
    const { corpus, problems } = await readCorpus(folder)
    return [corpus.traces[0]?.sessions[0]?.turns[0]?.replyBlocks?.length, problems.map(({ message }) => message)]
  }
  // Seven tokens and three: the last of the prompt's two blocks of four is filled, and half of a third.
  expect(await replyOf('1,8,9')).toEqual([2, []])
  expect(await replyOf('1,8')).toEqual([
    undefined,
    [expect.stringMatching(/2 hashes where prompt and reply fill 3 blocks/)],
  ])
  expect(await replyOf('7,8,9')).toEqual([undefined, [expect.stringMatching(/do not begin with those of the prompt/)]])
})

test.each([
  ['1,18446744073709551616', '18446744073709551616'],
  ['1,-2', '-2'],
  ['1,1.5', '1.5'],
  ['1,"a"', '"a"'],
])('a list with %s is named', async (list, found) => {
  const bad = row({ id: 'b', start: 2 }).replace('"input_sequence_hashes":[1,2]', `"input_sequence_hashes":[${list}]`)
  await writeFiles(folder, { 'a.jsonl': [row({ id: 'a', start: 1 }), bad].join('\n') })
  const { problems } = await readCorpus(folder)
  expect(problems).toMatchObject([{ code: 'record', line: 2 }])
  expect(problems[0]?.message).toContain(`expected whole numbers below 2^64, found ${found};`)
})

test('a request whose recorder knew no duration ends at the time of its event', async () => {
  const open = row({ id: 'a', session: 's', start: 100, ms: 50 }).replace('"total_time_ms":50,', '')
  await writeFiles(folder, { 'a.jsonl': [open, row({ id: 'b', session: 's', start: 160 })].join('\n') })
  const { corpus } = await readCorpus(folder)
  expect(corpus.traces[0]?.sessions[0]?.turns.map(({ apiMs }) => apiMs)).toEqual([50, 10])
  expect(corpus.traces[0]?.sessions[0]?.turns[1]?.needs).toMatchObject([{ delayMs: 10 }])
})

test('families ten thousand generations deep, and parents in a circle as long', async () => {
  const generations = Array.from({ length: 10_000 }, (_, i) =>
    row({ id: `r${i}`, session: `s${i}`, start: 10 * i, ...(i > 0 && { parent: `s${i - 1}` }) }),
  )
  await writeFiles(folder, { 'a.jsonl': generations.join('\n') })
  const deep = await readCorpus(folder)
  expect([deep.problems, deep.corpus.traces[0]?.sessions.length]).toEqual([[], 10_000])
  await writeFiles(folder, {
    'a.jsonl': [row({ id: 'r', session: 's0', parent: 's9999', start: 0 }), ...generations].join('\n'),
  })
  const { corpus, problems } = await readCorpus(folder)
  expect(corpus.traces[0]?.sessions.length).toBe(10_000)
  expect(problems).toMatchObject([{ code: 'orphan', message: expect.stringMatching(/is among its own children/) }])
})
