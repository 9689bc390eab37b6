import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Trace } from '../corpus.ts'
import { TraceError } from '../problem.ts'
import { readCorpus } from './read-corpus.ts'
import { smallTrace, writeFiles } from './trace-files.fixture.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-trace-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

describe('the variants of the format', () => {
  test('completion-relative: groups with join, async, nested, trailing', async () => {
    const { corpus, problems } = await readCorpus(fixture('completion-relative.json'))
    expect(problems).toEqual([])
    expect(corpus).toMatchObject({
      blockSize: 16,
      blockScope: 'local',
      origin: { format: 'weka', subagentTimes: 'completion-relative' },
    })
    expect(linesOf(corpus.traces[0]!)).toMatchInlineSnapshot(`
      [
        "root #0 at 0:",
        "root #1 at 112000: sequence 0.0 +12750, join 1.1 +12750, join 2.0 +12750, join 3.0 +12750",
        "root #2 at 130000: sequence 0.1 +8000",
        "root #3 at 170000: sequence 0.2 +5000, join 5.0 +5000, join 6.0 +5000",
        "agent_001 #0 at 19200: spawn 0.0 +700",
        "agent_001 #1 at 25200: sequence 1.0 +4000",
        "agent_002 #0 at 19300: spawn 0.0 +800",
        "agent_003 #0 at 19250: spawn 0.0 +750",
        "agent_004 #0 at 122500: background 0.1 +500",
        "agent_005 #0 at 136000: spawn 0.2 +1000",
        "agent_001~2 #0 at 141000: spawn 5.0 +1000",
        "agent_006 #0 at 180000: spawn 0.3 +5000",
      ]
    `)
  })

  test('start-absolute, as jsonl, with nulls and ids from 0', async () => {
    const { corpus, problems } = await readCorpus(fixture('start-absolute.jsonl'))
    expect(problems).toEqual([])
    expect(corpus.origin).toHaveProperty('subagentTimes', 'start-absolute')
    expect(corpus.traces.map((trace) => trace.id)).toEqual(['6f1c', '77aa'])
    expect(linesOf(corpus.traces[0]!)).toEqual([
      'root #0 at 0:',
      'root #1 at 32000: sequence 0.0 +2000, join 1.1 +2000',
      'root #2 at 40000: sequence 0.1 +4000',
      'a1 #0 at 5000: spawn 0.0 +1000',
      'a1 #1 at 20000: sequence 1.0 +10000',
      'a2 #0 at 6000: background 0.0 +2000',
    ])
  })

  test('start-relative', async () => {
    const { corpus } = await readCorpus(fixture('start-relative.json'))
    expect(corpus.origin).toHaveProperty('subagentTimes', 'start-relative')
    expect(linesOf(corpus.traces[0]!).slice(1, 3)).toEqual([
      'root #1 at 43000: sequence 0.0 +2500, join 1.1 +2500',
      'agent_001 #0 at 10500: spawn 0.0 +500',
    ])
  })

  test('the corpora of June 2026: ids from 0, inner times of the trace, nothing but what a proxy sees, and null for what is absent', async () => {
    const request = (t: number, ids: readonly number[], more: object = {}) => ({
      ...{ t, type: 's', model: 'm', in: 16 * ids.length + 1, out: 2, hash_ids: ids, api_time: 2, think_time: null },
      ...{ ttft: null, stop: null, input_types: null, output_types: null },
      ...more,
    })
    const subagent = (t: number, requests: readonly object[] | null) => ({
      ...{ t, type: 'subagent', agent_id: `a${t}`, subagent_type: 'Subagent', duration_ms: 6000, total_tokens: 9 },
      ...{ tool_use_count: null, status: 'completed', models: null, tool_tokens: null, system_tokens: null, requests },
    })
    const trace = {
      ...{ id: 'june', models: null, block_size: 16, hash_id_scope: null, tool_tokens: null, totals: null },
      requests: [
        subagent(0, [request(0, [9]), request(4, [9, 10])]),
        request(7, [0, 1]),
        subagent(10, [request(10, [5]), request(13, [5, 6], { type: 'n' })]),
        request(20, [0, 1, 2]),
        subagent(30, null),
      ],
    }
    const file = join(folder, 'june.jsonl')
    await writeFiles(folder, { 'june.jsonl': JSON.stringify(trace) })
    const { corpus, problems } = await readCorpus(file)
    expect(problems).toEqual([])
    expect(corpus).toMatchObject({ origin: { subagentTimes: 'start-absolute' }, blockScope: 'local', edges: 'markers' })
    expect(linesOf(corpus.traces[0]!)).toEqual([
      'root #0 at 7000: join 1.1 +1000',
      'root #1 at 20000: sequence 0.0 +4000, join 2.1 +4000',
      'a0 #0 at 0:',
      'a0 #1 at 4000: sequence 1.0 +2000',
      'a10 #0 at 10000: spawn 0.0 +1000',
      'a10 #1 at 13000: sequence 2.0 +1000',
    ])
    expect([...corpus.traces[0]!.sessions[0]!.turns[0]!.ownBlocks]).toEqual([0, 1])
  })

  test('flat proxy traces: one session, global ids, as many as there are', async () => {
    const { corpus } = await readCorpus(fixture('flat-proxy.json'), { splitAgents: 'never' })
    expect(corpus).toMatchObject({ blockScope: 'global', origin: { format: 'weka', subagentTimes: 'none' } })
    const [session, ...others] = corpus.traces[0]!.sessions
    expect(others).toEqual([])
    expect(session?.turns.map((turn) => [turn.inputTokens, turn.ownBlocks.length])).toEqual([
      [0, 0],
      [8, 3],
      [2614, 4],
      [337, 6],
      [2616, 4],
    ])
  })

  test('the basis can be forced', async () => {
    const { corpus } = await readCorpus(fixture('start-relative.json'), { subagentTimes: 'completion-relative' })
    expect(corpus.origin).toHaveProperty('subagentTimes', 'completion-relative')
    expect(corpus.traces[0]?.sessions[1]?.launch).toMatchObject({ endMs: 10_500 })
  })
})

describe('files', () => {
  test('packed or not, one file or many, in any order: the same corpus', async () => {
    const [a, b, c] = [smallTrace('a'), smallTrace('b'), smallTrace('c')]
    const [first, second, third] = [join(folder, '1'), join(folder, '2'), join(folder, '3')]
    await writeFiles(first, {
      'x.json': a,
      'y.json.gz': gzipSync(b),
      'z.json': `\ufeff${c}\n`,
      'notes.txt': 'no trace',
      '.hidden.json': '{',
    })
    await writeFiles(second, { 'q.jsonl': `${c}\r\n\n${b}\n`, 'r.json': a })
    await writeFiles(third, { 'all.jsonl.gz': gzipSync(`${b}\n${a}\n${c}`) })
    const read = [await readCorpus(first), await readCorpus([second]), await readCorpus(join(third, 'all.jsonl.gz'))]
    expect(read.map(({ problems }) => problems)).toEqual([[], [], []])
    expect(read.map(({ files }) => files)).toEqual([3, 2, 1])
    expect(read[1]?.corpus).toEqual(read[0]?.corpus)
    expect(read[2]?.corpus).toEqual(read[0]?.corpus)
    expect(read[0]?.corpus.digest).toMatch(/^[0-9a-f]{64}$/)
  })

  test('any change of a value changes the digest', async () => {
    const base = { id: 'a', block_size: 16, requests: [{ t: 0, in: 20, out: 2, hash_ids: [1] }] }
    const [request] = base.requests
    const changed: object[] = [
      { ...base, id: 'b' },
      { ...base, block_size: 32 },
      { ...base, hash_id_scope: 'global' },
      { ...base, tool_tokens: 1 },
      { ...base, requests: [{ ...request, in: 21 }] },
      { ...base, requests: [{ ...request, hash_ids: [2] }] },
      { ...base, requests: [{ ...request, api_time: 0 }] },
      { ...base, requests: [{ ...request, model: 'm' }] },
    ]
    const digests = new Set<string>()
    for (const [index, value] of [base, ...changed].entries()) {
      await writeFiles(folder, { [`${index}.json`]: JSON.stringify(value) })
      digests.add((await readCorpus(join(folder, `${index}.json`))).corpus.digest)
    }
    expect(digests.size).toBe(changed.length + 1)
  })

  test('global text ids keep their identity across traces, whatever the order of the files', async () => {
    const [a, b] = [smallTrace('a', ['aa', 'bb']), smallTrace('b', ['aa', 'cc'])].map((text) =>
      text.replace('"local"', '"global"'),
    )
    await writeFiles(folder, { '1.json': a!, '2.json': b!, 'reversed.jsonl': `${b}\n${a}` })
    const { corpus } = await readCorpus([join(folder, '1.json'), join(folder, '2.json')])
    expect(corpus.traces.map(({ sessions }) => [...sessions[0]!.turns[0]!.ownBlocks])).toEqual([
      [0, 1],
      [0, 2],
    ])
    expect((await readCorpus(join(folder, 'reversed.jsonl'))).corpus).toEqual(corpus)
  })

  test('global text ids and numbers do not mix, but a trace without ids goes with both', async () => {
    const [none, text, number] = [smallTrace('a', []), smallTrace('b', ['aa']), smallTrace('c', [1])].map((of) =>
      of.replace('"local"', '"global"'),
    )
    await writeFiles(folder, { '1.json': none!, '2.json': text!, '3.json': number! })
    const files = ['1.json', '2.json', '3.json'].map((name) => join(folder, name))
    expect((await readCorpus(files.slice(0, 2))).corpus.traces).toHaveLength(2)
    await expect(readCorpus(files)).rejects.toThrow(/block ids as numbers and as text, in .*2\.json and .*3\.json/)
  })

  test('progress is told after every file', async () => {
    await writeFiles(folder, { 'a.json': smallTrace('a'), 'b.json': smallTrace('b') })
    const seen: unknown[] = []
    await readCorpus(folder, { onProgress: (progress) => seen.push(progress) })
    expect(seen).toEqual([
      { filesDone: 1, files: 2, records: 1 },
      { filesDone: 2, files: 2, records: 2 },
    ])
  })
})

describe('nothing to work with is a TraceError that names the path and the cure', () => {
  test.each([
    ['a missing path', 'nowhere', /nowhere: no such file or folder; check the path/],
    ['an empty folder', '', /: no trace files in this folder; expected \.json/],
  ])('%s', async (_, path, message) => {
    const reading = readCorpus(join(folder, path))
    await expect(reading).rejects.toThrow(TraceError)
    await expect(reading).rejects.toThrow(message)
  })

  test('no path at all', async () => {
    await expect(readCorpus([])).rejects.toThrow(/no traces named/)
  })

  test('only unusable files', async () => {
    await writeFiles(folder, { '1.json': '{', '2.json': '{', '3.json': '{', '4.json': '{}' })
    const reading = readCorpus(folder)
    await expect(reading).rejects.toThrow(
      /^no usable trace\n {2}.*1\.json:1:2: .*cut off.*\n.*2\.json.*\n.*3\.json.*\n {2}and 1 more$/,
    )
    await expect(reading).rejects.toMatchObject({ name: 'TraceError', problems: { length: 4 } })
  })

  test.each([
    ['block sizes', '"block_size":16', '"block_size":32', /block_size 16 and 32/],
    ['scopes', '"local"', '"global"', /hash_id_scope local and global/],
  ])('mixed %s', async (_, from, to, message) => {
    await writeFiles(folder, { '1.json': smallTrace('a'), '2.json': smallTrace('b').replace(from, to) })
    const reading = readCorpus(folder)
    await expect(reading).rejects.toThrow(TraceError)
    await expect(reading).rejects.toThrow(message)
    await expect(reading).rejects.toThrow(/1\.json and .*2\.json; put each kind into a folder of its own/)
  })
})

function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))
}

function linesOf({ sessions }: Trace): string[] {
  return sessions.flatMap((session) =>
    session.turns.map(({ startMs, needs }, index) => {
      const waits = needs
        .map(({ relation, on, delayMs }) => `${relation} ${on.session}.${on.turn} +${delayMs}`)
        .join(', ')
      return `${session.id} #${index} at ${startMs}: ${waits}`.trim()
    }),
  )
}
