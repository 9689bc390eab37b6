import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { renderProblem } from '../problem.ts'
import { readCorpus } from './read-corpus.ts'
import { smallTrace, writeFiles } from './trace-files.fixture.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-trace-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

describe('bad files among good ones are named, counted and left out', () => {
  test.each([
    ['truncated JSON', smallTrace('x').slice(0, -20), /bad\.json:1:\d+: the JSON ends early; the file is cut off/],
    ['JSON that ends inside a text', '{\n "id": "x', /bad\.json:2:10: the JSON ends early/],
    ['no JSON', '{\n  "id": oops }', /bad\.json:2:9: not valid JSON: .*; correct or remove it/],
    ['an empty file', '  ', /bad\.json:1:3: the file is empty; remove it/],
    [
      'two documents',
      `${smallTrace('x')}\n${smallTrace('y')}`,
      /bad\.json:2:1: more text after the end of the JSON; .*\.jsonl/,
    ],
    ['another kind of JSON', '[1]', /bad\.json: trace: /],
    [
      'a wrong field',
      smallTrace('x').replace('"in":20', '"in":-1'),
      /bad\.json: x: requests\[0\]\.in: .*; correct the trace or remove it/,
    ],
  ])('%s', async (_, content, message) => {
    await writeFiles(folder, { 'good.json': smallTrace('good'), 'bad.json': content })
    const { corpus, problems, rejected } = await readCorpus(folder)
    expect(corpus.traces.map(({ id }) => id)).toEqual(['good'])
    expect(problems.map(renderProblem)).toEqual([expect.stringMatching(message)])
    expect([rejected, problems[0]?.severity]).toEqual([1, 'error'])
  })

  test.each([
    [
      'cut gzip',
      'bad.json.gz',
      gzipSync(smallTrace('x').repeat(20)).subarray(0, 90),
      /the gzip data ends early; .*fetch or pack it again/,
    ],
    [
      'cut gzip of lines',
      'bad.jsonl.gz',
      gzipSync(smallTrace('x').repeat(20)).subarray(0, 90),
      /the gzip data ends early/,
    ],
    ['no gzip', 'bad.json.gz', 'hello', /not valid gzip data; .*drop \.gz/],
  ])('%s', async (_, name, content, message) => {
    await writeFiles(folder, { 'good.json': smallTrace('good'), [name]: content })
    const { corpus, problems } = await readCorpus(folder)
    expect(corpus.traces).toHaveLength(1)
    expect(problems.map((problem) => problem.message)).toEqual([expect.stringMatching(message)])
  })

  test.each([
    ['UTF-16', 'bad.json', Buffer.from(`\ufeff${smallTrace('x')}`, 'utf16le'), /^UTF-16 text; write it as UTF-8/],
    ['UTF-16 lines', 'bad.jsonl', Buffer.from(`\ufeff${smallTrace('x')}`, 'utf16le'), /^UTF-16 text/],
    ['NUL bytes', 'bad.json', Buffer.alloc(100), /^no text, it begins with NUL bytes; fetch or write it again/],
    ['gzip without its name', 'bad.json', gzipSync(smallTrace('x')), /^gzip data; add \.gz to its name/],
    [
      'more than fits, packed',
      'bad.json.gz',
      gzipSync(Buffer.alloc(257 << 20, ' ')),
      /^larger than 256 MiB; .*\.jsonl/,
    ],
    ['bottomless nesting', 'bad.json', '['.repeat(5_000_000), /^nested deeper than 200 levels, as no trace has/],
    ['a swarm of objects', 'bad.json', `[${'{},'.repeat(4_000_001)}0]`, /^more than 4000000 objects and lists/],
    [
      'times beyond all bounds',
      'bad.json',
      smallTrace('x').replace('"t":0', '"t":1e305'),
      /requests\[0\]\.t: too far away/,
    ],
    ['infinity', 'bad.json', smallTrace('x').replace('"t":0', '"t":1e999'), /requests\[0\]\.t: .*Infinity/],
    [
      'a prompt beyond all bounds',
      'bad.json',
      smallTrace('x').replace('"in":20', '"in":9e15'),
      /requests\[0\]\.in: more tokens/,
    ],
    ['an id beyond all bounds', 'bad.json', smallTrace('x'.repeat(2000)), /^id: longer than 1000 characters/],
  ])('%s', async (_, name, content, message) => {
    await writeFiles(folder, { 'good.json': smallTrace('good'), [name]: content })
    const { corpus, problems } = await readCorpus(folder)
    expect(corpus.traces.map(({ id }) => id)).toEqual(['good'])
    expect(problems.map((problem) => problem.message)).toEqual([expect.stringMatching(message)])
  })

  test('pipes, circles of links and folders with the names of traces', async () => {
    await writeFiles(folder, { 'good.json': smallTrace('good') })
    execFileSync('mkfifo', [join(folder, 'pipe.json')])
    execFileSync('mkfifo', [join(folder, 'pipe.jsonl.gz')])
    await symlink(join(folder, 'circle.json'), join(folder, 'circle.json'))
    await symlink('/dev/zero', join(folder, 'zero.jsonl'))
    await mkdir(join(folder, 'folder.json'))
    const { corpus, problems, ...counts } = await readCorpus(folder)
    expect(corpus.traces.map(({ id }) => id)).toEqual(['good'])
    expect(problems.map(({ message }) => message.split(/[,;]/, 1)[0])).toEqual([
      'links that lead in a circle',
      'a folder where a file is expected',
      'a pipe',
      'a pipe',
      'a device',
    ])
    expect(counts).toMatchObject({ files: 6, filesLeftOut: 5, recordsLeftOut: 0 })
  })

  test('files of which nothing is used are told apart from files that lost a line', async () => {
    await writeFiles(folder, {
      '1.jsonl': `${smallTrace('a')}\n{\n{\n`,
      '2.json': '{',
      '3.jsonl': '{\n{',
      '4.json': smallTrace('b'),
    })
    expect(await readCorpus(folder)).toMatchObject({ files: 4, rejected: 5, filesLeftOut: 2, recordsLeftOut: 2 })
  })

  test('a file of anything else is given up after a thousand lines', async () => {
    await writeFiles(folder, { 'good.json': smallTrace('good'), 'log.jsonl': 'INFO started\n'.repeat(5000) })
    const { problems, rejected } = await readCorpus(folder)
    expect(rejected).toBe(1001)
    expect(problems.at(-1)?.message).toMatch(/^1000 lines of it are no traces, so the rest is not read/)
  })

  test('a bad line costs that line alone', async () => {
    await writeFiles(folder, { 'all.jsonl': `${smallTrace('a')}\n{"id": nope}\n${smallTrace('b')}\n` })
    const { corpus, problems } = await readCorpus(folder)
    expect(corpus.traces.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(problems).toMatchObject([{ severity: 'error', line: 2, column: 9 }])
  })

  test('a second trace of the same id is left out', async () => {
    await writeFiles(folder, { '1.json': smallTrace('a', [1, 2]), '2.json': smallTrace('a', [3]) })
    const { corpus, problems } = await readCorpus(folder)
    expect(corpus.traces[0]?.sessions[0]?.turns[0]?.ownBlocks).toEqual(Uint32Array.of(1, 2))
    expect(problems).toMatchObject([{ severity: 'error', file: join(folder, '2.json'), trace: 'a' }])
    expect(problems[0]?.message).toMatch(/already read from .*1\.json; give it an id of its own/)
  })

  test('an unknown field is one warning for the corpus', async () => {
    const text = (id: string) => smallTrace(id).replace('"in"', '"mood":1,"in"')
    await writeFiles(folder, { '1.json': text('a'), '2.json': text('b') })
    const { corpus, problems, rejected } = await readCorpus(folder)
    expect([corpus.traces.length, rejected]).toEqual([2, 0])
    expect(problems.map(renderProblem)).toEqual([
      `${join(folder, '1.json')}: unknown field "mood" (2 times, first here) is not used`,
    ])
  })
})

test.each([
  [
    'a log of Claude Code',
    {
      type: 'user',
      sessionId: 's',
      uuid: 'u',
      timestamp: '2026-01-01T00:00:00Z',
      message: { role: 'user', content: 'hi' },
    },
  ],
  [
    'requests for OpenAI',
    { custom_id: 'r', method: 'POST', url: '/v1/chat/completions', body: { model: 'm', messages: [] } },
  ],
  ['spans', { resourceSpans: [] }],
])('%s is told by name, with the command that makes traces of it', async (_, record) => {
  await writeFiles(folder, { 'log.jsonl': JSON.stringify(record) })
  await expect(readCorpus(folder)).rejects.toThrow(
    /log\.jsonl: .*, and no trace; make one of it: npx reprise trace import FILE/,
  )
})

test('thousands of unknown fields are a few warnings', async () => {
  const fields = Array.from({ length: 16_000 }, (_, i) => `"field ${i}":1`).join()
  await writeFiles(folder, {
    '1.json': smallTrace('a').replace('"in"', `${fields},"in"`),
    '2.json': smallTrace('b').replace('"t"', '"__proto__":1,"t"'),
  })
  const { problems } = await readCorpus(folder)
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
  await writeFiles(folder, files)
  const { corpus, problems, contraryTraces, rejected } = await readCorpus(folder)
  expect(corpus.origin).toHaveProperty('subagentTimes', 'start-absolute')
  expect([contraryTraces, rejected]).toEqual([1, 0])
  expect(problems.map(renderProblem)).toEqual([
    expect.stringMatching(
      /1\.json: a: its subagent times do not fit start-absolute, by which all are read; .*--subagent-times$/,
    ),
  ])
})
