import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { renderProblem } from '../../problem.ts'
import { readCorpus } from '../../source/read-corpus.ts'
import { writeFiles } from '../../source/trace-files.fixture.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-trace-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const header = {
  schema: 'dynamo.agentic_mooncake',
  version: 2,
  block_size: 4,
  hash_id_scope: 'local',
  source: { format: 'dynamo.request.trace.v1', digest: 'd' },
}

function row(request_id: string, session_id: string, more: object = {}) {
  const lengths = { input_length: 8, output_length: 2, hash_ids: [1, 2], not_before_ms: 0 }
  return { request_id, play_id: 'play', session_id, model: 'm', ...lengths, recorded_api_time_ms: 10, ...more }
}

const edge = (request_id: string, trigger: string, delay_ms: number, relation: string) => ({
  ...{ request_id, trigger, delay_ms, relation },
})

const family = [
  header,
  row('P1', 'p', { not_before_ms: 100 }),
  row('C1', 'c', { dependencies: [edge('P1', 'dispatch', 20, 'spawn')] }),
  row('C2', 'c', { dependencies: [edge('C1', 'completion', 20, 'sequence')] }),
  row('P2', 'p', { dependencies: [edge('P1', 'completion', 90, 'sequence'), edge('C2', 'completion', 40, 'join')] }),
]

const lines = (rows: readonly object[]) => rows.map((each) => JSON.stringify(each)).join('\n')

test('typed edges are the dependencies, and starts are when they release a request', async () => {
  await writeFiles(folder, { 'a.jsonl': lines(family) })
  const { corpus, problems } = await readCorpus(folder)
  expect(problems).toEqual([])
  expect(corpus).toMatchObject({
    blockSize: 4,
    blockScope: 'local',
    origin: { format: 'mooncake', blockSizeFrom: 'header' },
    edges: 'explicit',
  })
  const [parent, child] = corpus.traces[0]!.sessions
  expect(parent?.turns.map(({ startMs }) => startMs)).toEqual([0, 100])
  expect(child?.turns.map(({ startMs }) => startMs)).toEqual([20, 50])
  expect(child?.parent).toBe(0)
  expect(child?.turns[0]?.needs).toEqual([
    { on: { session: 0, turn: 0 }, trigger: 'dispatch', delayMs: 20, relation: 'spawn' },
  ])
  expect(parent?.turns[1]?.needs).toEqual([
    { on: { session: 0, turn: 0 }, trigger: 'completion', delayMs: 90, relation: 'sequence' },
    { on: { session: 1, turn: 1 }, trigger: 'completion', delayMs: 40, relation: 'join' },
  ])
})

test('a play is a trace, whose ids mean something inside it alone; a session of two plays is one in each', async () => {
  const two = [header, row('a', 's'), row('b', 't', { not_before_ms: 7 }), row('c', 's', { play_id: 'other' })]
  await writeFiles(folder, { 'a.jsonl': lines(two) })
  const { corpus } = await readCorpus(folder)
  expect(corpus.traces.map(({ id, sessions }) => [id, sessions.map((session) => session.id)])).toEqual([
    ['other/s', ['other/s']],
    ['s', ['s', 't']],
  ])
  expect(corpus.traces.map(({ sessions }) => sessions[0]?.turns[0]?.ownBlocks)).toEqual([
    Uint32Array.of(0, 1),
    Uint32Array.of(0, 1),
  ])
})

test.each([
  ['another version', [{ ...header, version: 3 }, row('a', 's')], /:1: version: expected 2; this version is not read/],
  ['rows without their header', [row('a', 's')], /:1: (not_before_ms|play_id): a row of Agentic Mooncake 2 without/],
  ['a second header', [header, row('a', 's'), header], /:3: a second header/],
  [
    'a request that waits for itself',
    [header, row('a', 's', { dependencies: [edge('a', 'dispatch', 1, 'join')] })],
    /:2: a: dependencies: the request waits for itself/,
  ],
  [
    'an unknown trigger',
    [header, row('a', 's', { dependencies: [edge('b', 'x', 1, 'join')] })],
    /:2: dependencies\[0\]\.trigger: /,
  ],
])('%s', async (_, rows, message) => {
  await writeFiles(folder, { 'a.jsonl': lines(rows) })
  const told = await readCorpus(folder).then(
    ({ problems }) => problems.map(renderProblem).join('\n'),
    (error: Error) => error.message,
  )
  expect(told).toMatch(message)
})

test('rows that wait in a circle, and for nobody', async () => {
  const circle = [
    header,
    row('a', 's', { dependencies: [edge('b', 'dispatch', 1, 'join')] }),
    row('b', 't', { dependencies: [edge('a', 'dispatch', 1, 'join')] }),
  ]
  await writeFiles(folder, { 'a.jsonl': lines(circle) })
  await expect(readCorpus(folder)).rejects.toThrow(/in a circle, among them a/)
  await writeFiles(folder, {
    'a.jsonl': lines([header, row('a', 's', { dependencies: [edge('x', 'dispatch', 1, 'join')] })]),
  })
  expect((await readCorpus(folder)).problems).toMatchObject([{ code: 'unknown-wait', line: 2 }])
})
