import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { blocksOf } from '../blocks-of.ts'
import { checkCorpus } from '../check/check-corpus.ts'
import type { Corpus, Trace } from '../corpus.ts'
import { renderWekaTrace } from '../formats/weka/render.ts'
import { TraceError } from '../problem.ts'
import { readCorpus } from '../source/read-corpus.ts'
import { writeLines } from '../source/write-lines.ts'
import { writeWekaCorpus } from '../source/write-weka.ts'
import { synthCorpus } from '../synth/synth-corpus.ts'
import { toDynamo } from './to-dynamo.ts'
import { toMooncake } from './to-mooncake.ts'
import { toWeka } from './to-weka.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-trace-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))

async function writeMooncakeCorpus(corpus: Corpus, file: string) {
  const { lines, losses } = toMooncake(corpus)
  await writeLines(lines, file)
  return losses()
}

async function throughMooncake(corpus: Corpus): Promise<Corpus> {
  const file = join(folder, 'out.jsonl.gz')
  await writeMooncakeCorpus(corpus, file)
  return (await readCorpus(file)).corpus
}

test.each(['mooncake-sessions.jsonl', 'mooncake-agentic.jsonl'])(
  '%s is the same when written and read again',
  async (name) => {
    const { corpus } = await readCorpus(fixture(name))
    const file = join(folder, 'out.jsonl')
    expect(await writeMooncakeCorpus(corpus, file)).toEqual([])
    const again = (await readCorpus(file)).corpus
    expect(shapeOf(again)).toEqual(shapeOf(corpus))
    expect(again.origin).toEqual(corpus.origin)
  },
)

test('whatever rows: read, written and read again they are the same', async () => {
  const rows = fc.array(
    fc.record({
      timestamp: fc.nat(10_000),
      session_id: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
      blocks: fc.array(fc.nat(5), { maxLength: 4 }),
      tail: fc.nat(500),
      output_length: fc.nat(20),
      delay: fc.option(fc.nat(5000), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 20 },
  )
  await fc.assert(
    fc.asyncProperty(rows, async (some) => {
      const text = some.map(({ blocks, tail, ...row }, i) => {
        const hash_ids = tail > 0 ? [...blocks, 100 + i] : blocks
        return JSON.stringify({ ...row, input_length: 512 * blocks.length + tail, hash_ids })
      })
      await writeFile(join(folder, 'in.jsonl'), text.join('\n'))
      const { corpus } = await readCorpus(join(folder, 'in.jsonl'))
      expect(shapeOf(await throughMooncake(corpus))).toEqual(shapeOf(corpus))
    }),
    { numRuns: 40 },
  )
})

test('WEKA to Mooncake and back keeps sessions, lengths, sharing and start times, and tells the rest', async () => {
  const corpus = synthCorpus({ seed: 3, traces: 4, scale: 0.05, turnScale: 0.2, subagentShare: 1 })
  const file = join(folder, 'out.jsonl')
  const losses = await writeMooncakeCorpus(corpus, file)
  expect(losses.map(({ kind, field }) => `${kind} ${field}`)).toEqual(
    expect.arrayContaining(['dropped apiMs', 'dropped toolTokens, systemTokens', 'invented hash_ids']),
  )
  const back = toWeka((await readCorpus(file)).corpus).corpus
  await writeWekaCorpus(back, join(folder, 'weka'))
  const again = (await readCorpus(join(folder, 'weka'))).corpus
  const turnsOf = ({ traces }: Corpus) => {
    const seen = new Set<string>()
    return traces.flatMap(({ id, sessions }) =>
      sessions.flatMap((session) =>
        session.turns.map(({ inputTokens, outputTokens }, turn) => {
          const scope = corpus.blockScope === 'local' ? id : ''
          const blocks = [...blocksOf(session, turn)]
          const hits = blocks.filter((block) => seen.has(`${scope} ${block}`)).length
          for (const block of blocks) seen.add(`${scope} ${block}`)
          return [id, inputTokens, outputTokens, blocks.length, hits].join(' ')
        }),
      ),
    )
  }
  expect(turnsOf(again).toSorted()).toEqual(turnsOf(corpus).toSorted())
})

test('Dynamo to WEKA: a child keeps its place beside its parent', async () => {
  const rows = [
    ['P1', 'p', undefined, 100_000],
    ['C1', 'c', 'p', 120_000],
    ['C2', 'c', 'p', 150_000],
    ['P2', 'p', undefined, 200_000],
  ].map(([request_id, session_id, parent_session_id, request_received_ms]) =>
    JSON.stringify({
      ...{ schema: 'dynamo.request.trace.v1', event_type: 'request_end' },
      agent_context: { session_id, parent_session_id },
      request: {
        ...{ request_id, output_tokens: 1, request_received_ms, total_time_ms: 10_000 },
        replay: { trace_block_size: 4, input_length: 7, input_sequence_hashes: [1, 2] },
      },
    }),
  )
  await writeFile(join(folder, 'a.jsonl'), rows.join('\n'))
  const { corpus, losses } = toWeka((await readCorpus(join(folder, 'a.jsonl'))).corpus)
  expect(losses.map(({ kind, field, count }) => [kind, field, count])).toEqual([
    ['dropped', 'startMs', 1],
    ['dropped', 'partialBlock', 4],
    ['changed', 'needs', 1],
    ['changed', 'needs', 1],
  ])
  await writeWekaCorpus(corpus, join(folder, 'weka'))
  const { traces } = (await readCorpus(join(folder, 'weka'))).corpus
  expect(traces[0]?.sessions.map(({ id, turns }) => [id, turns.map(({ startMs }) => startMs)])).toEqual([
    ['root', [0, 100_000]],
    ['c', [20_000, 50_000]],
  ])
  expect(traces[0]?.sessions[1]?.launch).toEqual({ afterTurn: 0, startMs: 20_000, endMs: 60_000 })
})

test('WEKA files are as AIPerf and Dynamo take them: a type for every subagent, whole durations, local ids where no trace shares any', async () => {
  const row = (request_id: string, session_id: string, at: number, hash: number, parent_session_id?: string) =>
    JSON.stringify({
      ...{ schema: 'dynamo.request.trace.v1', event_type: 'request_end' },
      agent_context: { session_id, parent_session_id },
      request: {
        ...{ request_id, output_tokens: 1, request_received_ms: at, total_time_ms: 10.4 },
        replay: { trace_block_size: 4, input_length: 4, input_sequence_hashes: [hash] },
      },
    })
  const written = async (hash: number) => {
    const file = join(folder, `${hash}.jsonl`)
    const rows = [row('P', 'p', 100, 1), row('C', 'c', 200, 2, 'p'), row('Q', 'p', 300, 3), row('O', 'o', 400, hash)]
    await writeFile(file, rows.join('\n'))
    const { corpus, losses } = toWeka((await readCorpus(file)).corpus)
    expect(losses).toContainEqual({
      ...{ kind: 'changed', field: 'launch', count: 1 },
      why: 'durations are whole milliseconds',
    })
    return corpus.traces.map((trace) => JSON.parse(renderWekaTrace(trace, corpus)))
  }
  const [, trace] = await written(9)
  const subagent = trace.requests.find(({ type }: { type: string }) => type === 'subagent')
  expect(subagent).toMatchObject({ subagent_type: '', duration_ms: 10 })
  expect(trace.hash_id_scope).toBe('local')
  expect((await written(1))[0].hash_id_scope).toBe('global')
})

test('a block size that no reader would find again is refused', async () => {
  const corpus = { ...synthCorpus({ seed: 1, traces: 1, scale: 0.02, turnScale: 0.1 }), blockSize: 100 }
  await expect(writeMooncakeCorpus(corpus, join(folder, 'x.jsonl'))).rejects.toThrow(TraceError)
})

test.each(['weka', 'mooncake'])(
  '%s to Dynamo and back keeps sessions, lengths, sharing and start times',
  async (from) => {
    const synthetic = synthCorpus({ seed: 4, traces: 3, scale: 0.05, turnScale: 0.2, subagentShare: 1 })
    const corpus = from === 'weka' ? synthetic : (await readCorpus(fixture('mooncake-sessions.jsonl'))).corpus
    const { lines, losses } = toDynamo(corpus)
    await writeLines(lines, join(folder, 'shard.jsonl.gz'))
    expect(losses().map(({ field }) => field)).toContain('thinkMs')
    const read = await readCorpus(join(folder, 'shard.jsonl.gz'))
    expect(checkCorpus(read).ok).toBe(true)
    const sharing = ({ traces }: Corpus) =>
      traces.map(({ id, sessions }) => ({
        id,
        sessions: sessions
          .map(({ parent, turns }) => {
            const startMs = Math.round(turns[0]!.startMs)
            const own = turns.map((turn) => [
              turn.inputTokens,
              turn.outputTokens,
              turn.sharedBlocks,
              turn.ownBlocks.length,
              Math.abs(Math.round(turn.startMs) - startMs),
            ])
            return JSON.stringify([parent === undefined ? 0 : sessions[parent]!.turns.length, own])
          })
          .sort(),
      }))
    expect(sharing(read.corpus)).toEqual(sharing(corpus))
  },
)

test('a tree of depth three survives Dynamo', async () => {
  const id = (session: number, turn: number) => ({
    t: 100 * session + 10 * turn,
    in: 40,
    out: 1,
    hash_ids: [1, 2],
    api_time: 1,
  })
  const nest = (depth: number): object[] =>
    depth === 4
      ? [id(depth, 0)]
      : [
          id(depth, 0),
          {
            type: 'subagent',
            t: 100 * depth + 100,
            agent_id: `a${depth}`,
            duration_ms: 1e6,
            requests: nest(depth + 1),
          },
        ]
  const trace = { id: 't', block_size: 16, requests: nest(0) }
  await writeFile(join(folder, 'deep.json'), JSON.stringify(trace))
  const { corpus } = await readCorpus(join(folder, 'deep.json'), { subagentTimes: 'start-absolute' })
  await writeLines(toDynamo(corpus).lines, join(folder, 'deep.jsonl'))
  const { traces } = (await readCorpus(join(folder, 'deep.jsonl'))).corpus
  expect(traces[0]?.sessions.map(({ parent }) => parent)).toEqual([undefined, 0, 1, 2, 3])
})

/** Everything but the numbers of ids, which only say which are equal, in order of appearance. */
function shapeOf({ blockSize, traces }: Corpus): unknown {
  const numbers = new Map<number, number>()
  const numberOf = (id: number) => {
    const number = numbers.get(id) ?? numbers.size
    numbers.set(id, number)
    return number
  }
  const plain = ({ sessions, ...trace }: Trace) => ({
    ...trace,
    sessions: sessions.map(({ turns, ...session }) => ({
      ...session,
      turns: turns.map(({ ownBlocks, partialBlock, ...turn }) => ({
        ...turn,
        ids: [...ownBlocks, ...(partialBlock === undefined ? [] : [partialBlock])].map(numberOf),
        isPartial: partialBlock !== undefined,
      })),
    })),
  })
  return { blockSize, traces: traces.map(plain) }
}
