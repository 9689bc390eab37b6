import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { blocksOf } from '../blocks-of.ts'
import type { Corpus } from '../corpus.ts'
import { type ReadOptions, readCorpus } from '../source/read-corpus.ts'
import { writeFiles } from '../source/trace-files.fixture.ts'
import { writeLines } from '../source/write-lines.ts'
import { writeWekaCorpus } from '../source/write-weka.ts'
import { synthCorpus } from '../synth/synth-corpus.ts'
import type { Loss } from './losses.ts'
import { toAgenticMooncake } from './to-agentic-mooncake.ts'
import { toDynamo } from './to-dynamo.ts'
import { toMooncake } from './to-mooncake.ts'
import { toWeka } from './to-weka.ts'

const shared = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url))
const absent = !existsSync(shared)
if (absent) console.warn('SKIPPED: the real traces are not at ../shared/data; their round trips are not made here')

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-round-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

interface Trip {
  readonly corpus: Corpus
  readonly losses: readonly Loss[]
}

async function throughDynamo(corpus: Corpus): Promise<Trip> {
  const { lines, losses } = toDynamo(corpus)
  await writeLines(lines, join(folder, 'shard.jsonl.gz'))
  return { corpus: (await readCorpus(join(folder, 'shard.jsonl.gz'))).corpus, losses: losses() }
}

async function throughWeka(corpus: Corpus, options: ReadOptions = {}): Promise<Trip> {
  const { corpus: weka, losses } = toWeka(corpus)
  await writeWekaCorpus(weka, join(folder, 'weka'), { gzip: true })
  const read = await readCorpus(join(folder, 'weka'), options)
  expect(read.problems).toEqual([])
  return { corpus: read.corpus, losses }
}

async function throughMooncake(corpus: Corpus): Promise<Trip> {
  const { lines, losses } = toMooncake(corpus)
  await writeLines(lines, join(folder, 'rows.jsonl.gz'))
  return { corpus: (await readCorpus(join(folder, 'rows.jsonl.gz'))).corpus, losses: losses() }
}

/**
 * What a conversion must keep: per trace the tree, and per turn lengths, start to the millisecond, and how many of its full blocks an infinite cache
 * holds by then. Sessions are named by who they come from, since names are the format's own.
 */
function kept({ traces, blockScope }: Corpus, { withStarts = true, withNames = true } = {}): unknown {
  const everywhere = new Set<number>()
  const inTime = traces.toSorted((a, b) => (a.startMs ?? 0) - (b.startMs ?? 0) || (a.id < b.id ? -1 : 1))
  return inTime.map(({ id, startMs: traceMs = 0, sessions }) => {
    const seen = blockScope === 'global' ? everywhere : new Set<number>()
    const turns = sessions.flatMap((session, index) =>
      session.turns.map(({ inputTokens, outputTokens, startMs }, turn) => {
        const atMs = Math.round(startMs)
        return { session, index, turn, inputTokens, outputTokens, atMs }
      }),
    )
    turns.sort((a, b) => a.atMs - b.atMs || a.inputTokens - b.inputTokens || a.outputTokens - b.outputTokens)
    const told = turns.map(({ session, index, turn, atMs, inputTokens, outputTokens }) => {
      const blocks = blocksOf(session, turn)
      const hits = blocks.filter((block) => seen.has(block)).length
      for (const block of blocks) seen.add(block)
      return [atMs, lineOf(sessions, index), turn, inputTokens, outputTokens, blocks.length, hits].join(' ')
    })
    return [withNames ? id : '', withStarts ? Math.round(traceMs) : 0, told.sort()]
  })
}

/** Who started whom, by the length of each one's first prompt. */
function lineOf(sessions: Corpus['traces'][number]['sessions'], index: number): string {
  const { parent, turns } = sessions[index]!
  const own = `${Math.round(turns[0]!.startMs)}:${turns[0]!.inputTokens}`
  return parent === undefined ? own : `${lineOf(sessions, parent)}/${own}`
}

const fieldsOf = (losses: readonly Loss[]) => [...new Set(losses.map(({ kind, field }) => `${kind} ${field}`))].sort()

test('WEKA to Dynamo and back keeps trees, lengths, sharing and starts; what is lost is what Dynamo has no place for', async () => {
  const corpus = synthCorpus({ seed: 11, traces: 6, scale: 0.03, turnScale: 0.2, subagentShare: 1 })
  const dynamo = await throughDynamo(corpus)
  const weka = await throughWeka(dynamo.corpus)
  expect(kept(weka.corpus)).toEqual(kept(corpus))
  expect(fieldsOf(dynamo.losses)).toEqual([
    'changed needs',
    'changed thinkMs',
    'dropped agentType',
    'dropped inputKinds, outputKinds',
    'dropped toolTokens, systemTokens',
    'invented hash_ids',
    'invented startMs',
  ])
})

test('a tree of depth three survives WEKA to Dynamo to Mooncake and to WEKA', async () => {
  const ids = (n: number) => Array.from({ length: n }, (_, i) => i)
  const request = (t: number, n: number) => ({ t, in: 16 * n + 3, out: 2, hash_ids: ids(n), api_time: 1 })
  const nest = (depth: number): object[] => [
    request(0, 4 + depth),
    ...(depth === 3
      ? []
      : [{ type: 'subagent', t: 2, agent_id: `a${depth}`, duration_ms: 1e5 / (depth + 1), requests: nest(depth + 1) }]),
    request(200 - 30 * depth, 6 + depth),
  ]
  await writeFiles(folder, { 'deep.json': JSON.stringify({ id: 't', block_size: 16, requests: nest(0) }) })
  const { corpus } = await readCorpus(join(folder, 'deep.json'), { subagentTimes: 'start-relative' })
  const parents = ({ traces }: Corpus) => traces[0]!.sessions.map(({ parent }) => parent)
  expect(parents(corpus)).toEqual([undefined, 0, 1, 2])
  const dynamo = await throughDynamo(corpus)
  expect(parents(dynamo.corpus)).toEqual([undefined, 0, 1, 2])
  const mooncake = await throughMooncake(dynamo.corpus)
  expect(parents(mooncake.corpus)).toEqual([undefined, 0, 1, 2])
  const weka = await throughWeka(dynamo.corpus, { subagentTimes: 'completion-relative' })
  expect(kept(weka.corpus)).toEqual(kept(corpus))
})

test('Agentic Mooncake keeps every wait with its trigger and delay, lengths and sharing', async () => {
  const corpus = synthCorpus({ seed: 12, traces: 5, scale: 0.03, turnScale: 0.2, subagentShare: 1 })
  const { lines, losses } = toAgenticMooncake(corpus)
  await writeLines(lines, join(folder, 'plays.jsonl.gz'))
  const read = await readCorpus(join(folder, 'plays.jsonl.gz'))
  expect(read.problems).toEqual([])
  expect(read.corpus).toMatchObject({ blockScope: 'local', edges: 'explicit', origin: { blockSizeFrom: 'header' } })
  const told = ({ traces }: Corpus) =>
    traces.map(({ id, sessions }) => [
      id,
      sessions
        .flatMap((session) =>
          session.turns.map(({ inputTokens, outputTokens, needs }, turn) => {
            const waits = needs.map(({ on, trigger, delayMs }) => {
              const { inputTokens: input } = sessions[on.session]!.turns[on.turn]!
              return `${input}.${on.turn} ${trigger} ${delayMs}`
            })
            const { sharedBlocks, ownBlocks } = session.turns[turn]!
            return [turn, inputTokens, outputTokens, sharedBlocks, ownBlocks.length, ...waits.sort()].join(' ')
          }),
        )
        .sort(),
    ])
  expect(told(read.corpus)).toEqual(told(corpus))
  expect(fieldsOf(losses())).toContain('changed startMs')
  const again = toAgenticMooncake(read.corpus)
  await writeLines(again.lines, join(folder, 'again.jsonl'))
  expect(told((await readCorpus(join(folder, 'again.jsonl'))).corpus)).toEqual(told(corpus))
})

test('rows of one request each go to Dynamo and back without any loss', async () => {
  const rows = [
    [0, 1000, [1, 2]],
    [250, 600, [1, 3]],
    [900, 1000, [1, 2]],
  ].map(([timestamp, input_length, hash_ids]) =>
    JSON.stringify({ timestamp, input_length, output_length: 5, hash_ids }),
  )
  await writeFiles(folder, { 'in.jsonl': rows.join('\n') })
  const { corpus } = await readCorpus(join(folder, 'in.jsonl'))
  const dynamo = await throughDynamo(corpus)
  const mooncake = await throughMooncake(dynamo.corpus)
  expect(dynamo.losses).toEqual([])
  expect(mooncake.losses).toEqual([])
  expect(kept(mooncake.corpus)).toEqual(kept(corpus))
})

test('Dynamo to Dynamo keeps every hash bit for bit, those of replies too, and says so; without them they are made', async () => {
  const hashes = ['18446744073709551615', '9007199254740993', '9007199254740992', '0', '1']
  const rows = [
    ['a', 100, 4, 7, hashes.slice(0, 2), hashes.slice(0, 3)],
    ['b', 200, 4, 12, hashes.slice(0, 3), undefined],
  ].map(
    ([id, at, out, length, input, completion]) =>
      `{"schema":"dynamo.request.trace.v1","event_type":"request_end","agent_context":{"session_id":"s"},"request":{"request_id":"${id}",` +
      `"output_tokens":${out},"request_received_ms":${at},"total_time_ms":10,"replay":{"trace_block_size":4,"input_length":${length},` +
      `"input_sequence_hashes":[${(input as string[]).join()}]${completion ? `,"completion_sequence_hashes":[${(completion as string[]).join()}]` : ''}}}}`,
  )
  await writeFiles(folder, { 'in.jsonl': rows.join('\n') })
  const { corpus, blockHashes, problems } = await readCorpus(join(folder, 'in.jsonl'))
  expect(problems).toEqual([])
  const again = toDynamo(corpus, { hashes: blockHashes! })
  const lists = [...again.lines].map(
    (line) => /"input_sequence_hashes":\[([^\]]*)\](?:,"completion_sequence_hashes":\[([^\]]*)\])?/.exec(line)!,
  )
  expect(lists.map(([, input, completion]) => [input, completion])).toEqual([
    [hashes.slice(0, 2).join(), hashes.slice(0, 3).join()],
    [hashes.slice(0, 3).join(), undefined],
  ])
  expect(fieldsOf(again.losses())).toEqual(['changed request_id', 'dropped kv_hit_rate, worker and the like'])
  const made = toDynamo(corpus)
  expect([...made.lines].join()).not.toContain(hashes[0])
  expect(fieldsOf(made.losses())).toContain('dropped replyBlocks')
})

test('so short a trace that its times fit several readings is written so that it is read as it was, or that is told', async () => {
  const row = (id: string, session: string, at: number, parent?: string) =>
    JSON.stringify({
      ...{ schema: 'dynamo.request.trace.v1', event_type: 'request_end' },
      agent_context: { session_id: session, parent_session_id: parent },
      request: {
        ...{ request_id: id, output_tokens: 1, request_received_ms: at, total_time_ms: 100 },
        replay: { trace_block_size: 4, input_length: 4, input_sequence_hashes: [1] },
      },
    })
  const read = async (rows: readonly string[]) => {
    await writeFiles(folder, { 'in.jsonl': rows.join('\n') })
    return (await readCorpus(join(folder, 'in.jsonl'))).corpus
  }
  // The child lives for a tenth of a second, right behind its parent's reply.
  const short = await read([row('P1', 'p', 1000), row('C', 'c', 1150, 'p'), row('P2', 'p', 1300)])
  const { corpus, losses } = toWeka(short)
  await writeWekaCorpus(corpus, join(folder, 'weka'))
  const again = await readCorpus(join(folder, 'weka'))
  const isTold = losses.some(({ field, why }) => field === 'launch' && /--subagent-times completion-relative/.test(why))
  const asTold = isTold ? await readCorpus(join(folder, 'weka'), { subagentTimes: 'completion-relative' }) : again
  expect(kept(asTold.corpus, { withStarts: false })).toEqual(kept(short, { withStarts: false }))
})

test.skipIf(absent)('public WEKA traces with subagents go to Dynamo and back', async () => {
  // Those with the fewest tokens: hashes are made of every one.
  const names = ['trace_0277', 'trace_0291']
  const { corpus } = await readCorpus(names.map((name) => `${shared}weka/${name}.json.gz`))
  expect(corpus.traces.map(({ sessions }) => sessions.length)).toEqual([5, 3])
  const dynamo = await throughDynamo(corpus)
  const weka = await throughWeka(dynamo.corpus)
  expect(kept(weka.corpus)).toEqual(kept(corpus))
})

test.skipIf(absent)(
  'the beginning of the public Mooncake trace goes to Dynamo and back without any loss',
  { timeout: 120_000 },
  async () => {
    const { corpus: all } = await readCorpus(`${shared}mooncake`)
    // Time grows with the blocks alone.
    const corpus = { ...all, traces: all.traces.slice(0, 300) }
    const dynamo = await throughDynamo(corpus)
    const mooncake = await throughMooncake(dynamo.corpus)
    expect([dynamo.losses, mooncake.losses]).toEqual([[], []])
    // Requests are named by their rank among all.
    expect(kept(mooncake.corpus, { withNames: false })).toEqual(kept(corpus, { withNames: false }))
  },
)
