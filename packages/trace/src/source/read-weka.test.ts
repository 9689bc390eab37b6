import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Trace } from '../corpus.ts'
import { renderProblem, TraceError } from '../problem.ts'
import { readWekaCorpus } from './read-weka.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-trace-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

describe('the variants of the format', () => {
  test('completion-relative: groups with join, async, nested, trailing', async () => {
    const { corpus, problems } = await readWekaCorpus(fixture('completion-relative.json'))
    expect(problems).toEqual([])
    expect(corpus).toMatchObject({ blockSize: 16, blockScope: 'local', subagentTimes: 'completion-relative' })
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
    const { corpus, problems } = await readWekaCorpus(fixture('start-absolute.jsonl'))
    expect(problems).toEqual([])
    expect(corpus.subagentTimes).toBe('start-absolute')
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
    const { corpus } = await readWekaCorpus(fixture('start-relative.json'))
    expect(corpus.subagentTimes).toBe('start-relative')
    expect(linesOf(corpus.traces[0]!).slice(1, 3)).toEqual([
      'root #1 at 43000: sequence 0.0 +2500, join 1.1 +2500',
      'agent_001 #0 at 10500: spawn 0.0 +500',
    ])
  })

  test('flat proxy traces: one session, global ids, as many as there are', async () => {
    const { corpus } = await readWekaCorpus(fixture('flat-proxy.json'))
    expect(corpus).toMatchObject({ blockScope: 'global', subagentTimes: 'none' })
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
    const { corpus } = await readWekaCorpus(fixture('start-relative.json'), { subagentTimes: 'completion-relative' })
    expect(corpus.subagentTimes).toBe('completion-relative')
    expect(corpus.traces[0]?.sessions[1]?.launch).toMatchObject({ endMs: 10_500 })
  })
})

describe('files', () => {
  test('packed or not, one file or many, in any order: the same corpus', async () => {
    const [a, b, c] = [trace('a'), trace('b'), trace('c')]
    const [first, second, third] = [join(folder, '1'), join(folder, '2'), join(folder, '3')]
    await write(first, {
      'x.json': a,
      'y.json.gz': gzipSync(b),
      'z.json': `\ufeff${c}\n`,
      'notes.txt': 'no trace',
      '.hidden.json': '{',
    })
    await write(second, { 'q.jsonl': `${c}\r\n\n${b}\n`, 'r.json': a })
    await write(third, { 'all.jsonl.gz': gzipSync(`${b}\n${a}\n${c}`) })
    const read = [
      await readWekaCorpus(first),
      await readWekaCorpus([second]),
      await readWekaCorpus(join(third, 'all.jsonl.gz')),
    ]
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
      await write(folder, { [`${index}.json`]: JSON.stringify(value) })
      digests.add((await readWekaCorpus(join(folder, `${index}.json`))).corpus.digest)
    }
    expect(digests.size).toBe(changed.length + 1)
  })

  test('global text ids keep their identity across traces, whatever the order of the files', async () => {
    const [a, b] = [trace('a', ['aa', 'bb']), trace('b', ['aa', 'cc'])].map((text) =>
      text.replace('"local"', '"global"'),
    )
    await write(folder, { '1.json': a!, '2.json': b!, 'reversed.jsonl': `${b}\n${a}` })
    const { corpus } = await readWekaCorpus([join(folder, '1.json'), join(folder, '2.json')])
    expect(corpus.traces.map(({ sessions }) => [...sessions[0]!.turns[0]!.ownBlocks])).toEqual([
      [0, 1],
      [0, 2],
    ])
    expect((await readWekaCorpus(join(folder, 'reversed.jsonl'))).corpus).toEqual(corpus)
  })

  test('global text ids and numbers do not mix, but a trace without ids goes with both', async () => {
    const [none, text, number] = [trace('a', []), trace('b', ['aa']), trace('c', [1])].map((of) =>
      of.replace('"local"', '"global"'),
    )
    await write(folder, { '1.json': none!, '2.json': text!, '3.json': number! })
    const files = ['1.json', '2.json', '3.json'].map((name) => join(folder, name))
    expect((await readWekaCorpus(files.slice(0, 2))).corpus.traces).toHaveLength(2)
    await expect(readWekaCorpus(files)).rejects.toThrow(/block ids as numbers and as text, in .*2\.json and .*3\.json/)
  })

  test('progress is told after every file', async () => {
    await write(folder, { 'a.json': trace('a'), 'b.json': trace('b') })
    const seen: unknown[] = []
    await readWekaCorpus(folder, { onProgress: (progress) => seen.push(progress) })
    expect(seen).toEqual([
      { filesDone: 1, files: 2, traces: 1 },
      { filesDone: 2, files: 2, traces: 2 },
    ])
  })
})

describe('bad files among good ones are named, counted and left out', () => {
  test.each([
    ['truncated JSON', trace('x').slice(0, -20), /bad\.json:1:\d+: the JSON ends early; the file is cut off/],
    ['JSON that ends inside a text', '{\n "id": "x', /bad\.json:2:10: the JSON ends early/],
    ['no JSON', '{\n  "id": oops }', /bad\.json:2:9: not valid JSON: .*; correct or remove it/],
    ['an empty file', '  ', /bad\.json:1:3: the file is empty; remove it/],
    ['two documents', `${trace('x')}\n${trace('y')}`, /bad\.json:2:1: more text after the end of the JSON; .*\.jsonl/],
    ['another kind of JSON', '[1]', /bad\.json: trace: /],
    [
      'a wrong field',
      trace('x').replace('"in":20', '"in":-1'),
      /bad\.json: x: requests\[0\]\.in: .*; correct the trace or remove it/,
    ],
  ])('%s', async (_, content, message) => {
    await write(folder, { 'good.json': trace('good'), 'bad.json': content })
    const { corpus, problems, rejected } = await readWekaCorpus(folder)
    expect(corpus.traces.map(({ id }) => id)).toEqual(['good'])
    expect(problems.map(renderProblem)).toEqual([expect.stringMatching(message)])
    expect([rejected, problems[0]?.severity]).toEqual([1, 'error'])
  })

  test.each([
    [
      'cut gzip',
      'bad.json.gz',
      gzipSync(trace('x').repeat(20)).subarray(0, 90),
      /the gzip data ends early; .*fetch or pack it again/,
    ],
    ['cut gzip of lines', 'bad.jsonl.gz', gzipSync(trace('x').repeat(20)).subarray(0, 90), /the gzip data ends early/],
    ['no gzip', 'bad.json.gz', 'hello', /not valid gzip data; .*drop \.gz/],
  ])('%s', async (_, name, content, message) => {
    await write(folder, { 'good.json': trace('good'), [name]: content })
    const { corpus, problems } = await readWekaCorpus(folder)
    expect(corpus.traces).toHaveLength(1)
    expect(problems.map((problem) => problem.message)).toEqual([expect.stringMatching(message)])
  })

  test.each([
    ['UTF-16', 'bad.json', Buffer.from(`\ufeff${trace('x')}`, 'utf16le'), /^UTF-16 text; write it as UTF-8/],
    ['UTF-16 lines', 'bad.jsonl', Buffer.from(`\ufeff${trace('x')}`, 'utf16le'), /^UTF-16 text/],
    ['NUL bytes', 'bad.json', Buffer.alloc(100), /^no text, it begins with NUL bytes; fetch or write it again/],
    ['gzip without its name', 'bad.json', gzipSync(trace('x')), /^gzip data; add \.gz to its name/],
    [
      'more than fits, packed',
      'bad.json.gz',
      gzipSync(Buffer.alloc(257 << 20, ' ')),
      /^larger than 256 MiB; .*\.jsonl/,
    ],
    ['bottomless nesting', 'bad.json', '['.repeat(5_000_000), /^nested deeper than 200 levels, as no trace has/],
    ['a swarm of objects', 'bad.json', `[${'{},'.repeat(4_000_001)}0]`, /^more than 4000000 objects and lists/],
    ['times beyond all bounds', 'bad.json', trace('x').replace('"t":0', '"t":1e305'), /requests\[0\]\.t: too far away/],
    ['infinity', 'bad.json', trace('x').replace('"t":0', '"t":1e999'), /requests\[0\]\.t: .*Infinity/],
    [
      'a prompt beyond all bounds',
      'bad.json',
      trace('x').replace('"in":20', '"in":9e15'),
      /requests\[0\]\.in: more tokens/,
    ],
    ['an id beyond all bounds', 'bad.json', trace('x'.repeat(2000)), /^id: longer than 1000 characters/],
  ])('%s', async (_, name, content, message) => {
    await write(folder, { 'good.json': trace('good'), [name]: content })
    const { corpus, problems } = await readWekaCorpus(folder)
    expect(corpus.traces.map(({ id }) => id)).toEqual(['good'])
    expect(problems.map((problem) => problem.message)).toEqual([expect.stringMatching(message)])
  })

  test('pipes, circles of links and folders with the names of traces', async () => {
    await write(folder, { 'good.json': trace('good') })
    execFileSync('mkfifo', [join(folder, 'pipe.json')])
    execFileSync('mkfifo', [join(folder, 'pipe.jsonl.gz')])
    await symlink(join(folder, 'circle.json'), join(folder, 'circle.json'))
    await symlink('/dev/zero', join(folder, 'zero.jsonl'))
    await mkdir(join(folder, 'folder.json'))
    const { corpus, problems, ...counts } = await readWekaCorpus(folder)
    expect(corpus.traces.map(({ id }) => id)).toEqual(['good'])
    expect(problems.map(({ message }) => message.split(/[,;]/, 1)[0])).toEqual([
      'links that lead in a circle',
      'a folder where a file is expected',
      'a pipe',
      'a pipe',
      'a device',
    ])
    expect(counts).toMatchObject({ files: 6, filesLeftOut: 5, tracesLeftOut: 0 })
  })

  test('files of which nothing is used are told apart from files that lost a line', async () => {
    await write(folder, { '1.jsonl': `${trace('a')}\n{\n{\n`, '2.json': '{', '3.jsonl': '{\n{', '4.json': trace('b') })
    expect(await readWekaCorpus(folder)).toMatchObject({ files: 4, rejected: 5, filesLeftOut: 2, tracesLeftOut: 2 })
  })

  test('a file of anything else is given up after a thousand lines', async () => {
    await write(folder, { 'good.json': trace('good'), 'log.jsonl': 'INFO started\n'.repeat(5000) })
    const { problems, rejected } = await readWekaCorpus(folder)
    expect(rejected).toBe(1001)
    expect(problems.at(-1)?.message).toMatch(/^1000 lines of it are no traces, so the rest is not read/)
  })

  test('a bad line costs that line alone', async () => {
    await write(folder, { 'all.jsonl': `${trace('a')}\n{"id": nope}\n${trace('b')}\n` })
    const { corpus, problems } = await readWekaCorpus(folder)
    expect(corpus.traces.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(problems).toMatchObject([{ severity: 'error', line: 2, column: 9 }])
  })

  test('a second trace of the same id is left out', async () => {
    await write(folder, { '1.json': trace('a', [1, 2]), '2.json': trace('a', [3]) })
    const { corpus, problems } = await readWekaCorpus(folder)
    expect(corpus.traces[0]?.sessions[0]?.turns[0]?.ownBlocks).toEqual(Uint32Array.of(1, 2))
    expect(problems).toMatchObject([{ severity: 'error', file: join(folder, '2.json'), trace: 'a' }])
    expect(problems[0]?.message).toMatch(/already read from .*1\.json; give it an id of its own/)
  })

  test('an unknown field is one warning for the corpus', async () => {
    const text = (id: string) => trace(id).replace('"in"', '"mood":1,"in"')
    await write(folder, { '1.json': text('a'), '2.json': text('b') })
    const { corpus, problems, rejected } = await readWekaCorpus(folder)
    expect([corpus.traces.length, rejected]).toEqual([2, 0])
    expect(problems.map(renderProblem)).toEqual([
      `${join(folder, '1.json')}: unknown field "mood" (2 times, first here) is not used`,
    ])
  })
})

test('thousands of unknown fields are a few warnings', async () => {
  const fields = Array.from({ length: 16_000 }, (_, i) => `"field ${i}":1`).join()
  await write(folder, {
    '1.json': trace('a').replace('"in"', `${fields},"in"`),
    '2.json': trace('b').replace('"t"', '"__proto__":1,"t"'),
  })
  const { problems } = await readWekaCorpus(folder)
  expect(problems).toHaveLength(21)
  expect(problems.at(-1)?.message).toBe('more unknown fields (15981 times, first here) are not used')
})

test('traces whose subagent times are of another kind are told, and read as the others', async () => {
  const request = { t: 0, in: 20, out: 2, hash_ids: [1], api_time: 10 }
  const withSubagent = (id: string, marker: number, inner: number) => {
    const subagent = { t: marker, type: 'subagent', duration_ms: 20_000, requests: [{ ...request, t: inner }] }
    return JSON.stringify({ id, block_size: 16, requests: [{ ...request, api_time: marker - 1 }, subagent] })
  }
  const files = {
    '1.json': withSubagent('a', 500, 0),
    '2.json': withSubagent('b', 500, 501),
    '3.json': withSubagent('c', 900, 901),
  }
  await write(folder, files)
  const { corpus, problems, contraryTraces, rejected } = await readWekaCorpus(folder)
  expect(corpus.subagentTimes).toBe('start-absolute')
  expect([contraryTraces, rejected]).toEqual([1, 0])
  expect(problems.map(renderProblem)).toEqual([
    expect.stringMatching(
      /1\.json: a: its subagent times do not fit start-absolute, by which all are read; .*--subagent-times$/,
    ),
  ])
})

describe('nothing to work with is a TraceError that names the path and the cure', () => {
  test.each([
    ['a missing path', 'nowhere', /nowhere: no such file or folder; check the path/],
    ['an empty folder', '', /: no trace files in this folder; expected \.json/],
  ])('%s', async (_, path, message) => {
    const reading = readWekaCorpus(join(folder, path))
    await expect(reading).rejects.toThrow(TraceError)
    await expect(reading).rejects.toThrow(message)
  })

  test('no path at all', async () => {
    await expect(readWekaCorpus([])).rejects.toThrow(/no traces named/)
  })

  test('only unusable files', async () => {
    await write(folder, { '1.json': '{', '2.json': '{', '3.json': '{', '4.json': '{}' })
    const reading = readWekaCorpus(folder)
    await expect(reading).rejects.toThrow(
      /^no usable trace\n {2}.*1\.json:1:2: .*cut off.*\n.*2\.json.*\n.*3\.json.*\n {2}and 1 more$/,
    )
    await expect(reading).rejects.toMatchObject({ name: 'TraceError', problems: { length: 4 } })
  })

  test.each([
    ['block sizes', '"block_size":16', '"block_size":32', /block_size 16 and 32/],
    ['scopes', '"local"', '"global"', /hash_id_scope local and global/],
  ])('mixed %s', async (_, from, to, message) => {
    await write(folder, { '1.json': trace('a'), '2.json': trace('b').replace(from, to) })
    const reading = readWekaCorpus(folder)
    await expect(reading).rejects.toThrow(TraceError)
    await expect(reading).rejects.toThrow(message)
    await expect(reading).rejects.toThrow(/1\.json and .*2\.json; put each kind into a folder of its own/)
  })
})

function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))
}

async function write(into: string, files: Record<string, string | Uint8Array>): Promise<void> {
  await mkdir(into, { recursive: true })
  for (const [name, content] of Object.entries(files)) await writeFile(join(into, name), content)
}

function trace(id: string, hash_ids: readonly (number | string)[] = [1, 2]): string {
  const requests = [{ t: 0, in: 20, out: 2, hash_ids, input_types: ['text'] }]
  return JSON.stringify({ id, block_size: 16, hash_id_scope: 'local', requests })
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
