import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { blocksOf } from '../../blocks-of.ts'
import { type ReadOptions, readCorpus } from '../../source/read-corpus.ts'
import { writeFiles } from '../../source/trace-files.fixture.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-trace-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const block = 64

function request(t: number, ids: readonly number[], model = 'big', more: object = {}) {
  return { t, type: 's', model, in: block * ids.length + 5, out: 3, hash_ids: ids, api_time: 1, ...more }
}

const range = (from: number, length: number) => Array.from({ length }, (_, i) => from + i)

/** A quota probe, an agent, a helper that it asked, and the agent again. */
const requests = [
  request(0, [900], 'small', { in: 8 }),
  request(1, range(0, 300)),
  request(3, range(1000, 280), 'small'),
  request(5, range(1000, 290), 'small'),
  request(7, range(0, 310)),
  request(9, range(0, 320)),
]

function flat(more: object = {}, all: readonly object[] = requests): string {
  return JSON.stringify({ id: 'flat', block_size: block, hash_id_scope: 'global', requests: all, ...more })
}

async function read(text: string, options: ReadOptions = {}) {
  await writeFiles(folder, { 'a.json': text })
  return readCorpus(folder, options)
}

test('agents of one list become a tree: the first that is no small aside is its root, with the blocks and times of each', async () => {
  const { corpus, problems } = await read(flat())
  const [trace] = corpus.traces
  expect(
    trace?.sessions.map(({ id, agentType, parent, turns }) => [
      id,
      agentType,
      parent,
      turns.map((turn) => turn.startMs),
    ]),
  ).toEqual([
    ['root', undefined, undefined, [1000, 7000, 9000]],
    ['chain_001', 'auxiliary', 0, [0]],
    ['chain_002', 'worker', 0, [3000, 5000]],
  ])
  expect(trace?.sessions[0]?.turns.map(({ sharedBlocks }) => sharedBlocks)).toEqual([0, 300, 310])
  expect([...blocksOf(trace!.sessions[2]!, 1)]).toEqual(range(1000, 290))
  expect(trace?.sessions[0]?.turns[1]?.needs).toEqual([
    { on: { session: 0, turn: 0 }, trigger: 'completion', delayMs: 5000, relation: 'sequence' },
    { on: { session: 2, turn: 1 }, trigger: 'completion', delayMs: 1000, relation: 'join' },
  ])
  expect(trace?.sessions[2]?.turns[0]?.needs).toEqual([
    { on: { session: 0, turn: 0 }, trigger: 'dispatch', delayMs: 2000, relation: 'spawn' },
  ])
  expect(corpus).toMatchObject({ origin: { format: 'weka', subagentTimes: 'none', splitTraces: 1 }, edges: 'dispatch' })
  expect(problems).toMatchObject([{ severity: 'warning', code: 'split', trace: 'flat' }])
})

test.each<[string, string, ReadOptions]>([
  ['where it is told not to', flat(), { splitAgents: 'never' }],
  ['of a recorder that knows agents', flat({ tool_tokens: 64 }), {}],
  ['where no agent is come back to', flat({}, [...requests.slice(0, 2), ...requests.slice(4)]), {}],
])('a list stays one %s', async (_, text, options) => {
  const { corpus, problems } = await read(text, options)
  expect(corpus.traces[0]?.sessions).toHaveLength(1)
  expect(corpus.origin).toEqual({ format: 'weka', subagentTimes: 'none' })
  expect(problems).toEqual([])
})

test('always: whatever the recorder knows', async () => {
  const { corpus } = await read(flat({ tool_tokens: 64 }), { splitAgents: 'always' })
  expect(corpus.traces[0]?.sessions.map(({ toolTokens, turns }) => [toolTokens, turns.length])).toEqual([
    [64, 3],
    [64, 1],
    [64, 2],
  ])
})

test('blocks that are new in every prompt tell nothing about agents', async () => {
  const strangers = range(0, 30).map((i) => request(2 * i, [100 * i, 100 * i + 1]))
  const { corpus } = await read(flat({}, [...strangers, request(70, [0, 1, 2])]))
  expect(corpus.traces[0]?.sessions).toHaveLength(1)
})

test('agents inside a subagent are told apart too, at their own times', async () => {
  const inner = requests.slice(1).map((each) => ({ ...each, t: each.t + 100 }))
  const subagent = {
    t: 101,
    type: 'subagent',
    agent_id: 'sub',
    duration_ms: 9000,
    status: 'completed',
    requests: inner,
  }
  const parent = [request(0, range(5000, 300), 'big', { api_time: 90 }), subagent, request(120, range(5000, 310))]
  const { corpus } = await read(flat({}, parent), { subagentTimes: 'start-absolute' })
  expect(corpus.traces[0]?.sessions.map(({ id, parent: above, turns }) => [id, above, turns[0]?.startMs])).toEqual([
    ['root', undefined, 0],
    ['sub', 0, 101_000],
    ['chain_001', 1, 103_000],
  ])
})
