import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readCorpus } from '../source/read-corpus.ts'
import { smallTrace, writeFiles } from '../source/trace-files.fixture.ts'
import { checkCorpus } from './check-corpus.ts'

const shared = fileURLToPath(new URL('../../../../../shared/data/mooncake/', import.meta.url))

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-trace-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

test('each kind of problem is counted and named, with file and trace', async () => {
  const requests = [
    { t: 0, in: 20, out: 1, hash_ids: [1], api_time: 1 },
    { t: 5, in: 40, out: 1, hash_ids: [1], api_time: 1 },
    { t: 6, in: 40, out: 1, hash_ids: [1, 2, 3, 4], api_time: 90 },
    { t: 8, in: 40, out: 1, hash_ids: [] },
    { t: 7, in: 0, out: 1, hash_ids: [], colour: 'red' },
    { t: 8000, in: 40, out: 1, hash_ids: [1, 2] },
  ]
  await writeFiles(folder, {
    '1.json': JSON.stringify({ id: 'a', block_size: 16, requests }),
    '2.json': smallTrace('b'),
    '3.json': smallTrace('b'),
    '4.json': '{',
  })
  const check = checkCorpus(await readCorpus(folder), { requests: 7, sessions: 3 })
  expect(check).toMatchObject({
    format: 'weka',
    files: 4,
    traces: 2,
    sessions: 2,
    requests: 7,
    withoutApiMs: 4,
    ok: false,
  })
  expect(check.requestsPerSession).toEqual({ min: 1, median: 6, max: 6 })
  expect(check.counts).toEqual({
    'duplicate-id': 1,
    json: 1,
    'unknown-field': 1,
    'too-few-ids': 1,
    'too-many-ids': 1,
    'no-ids': 1,
    overlap: 1,
    'no-input': 1,
    'clock-step': 1,
    gap: 1,
  })
  expect(check.unmet).toEqual(['3 sessions expected, 2 found'])
  expect(check.problems.find(({ code }) => code === 'gap')).toMatchObject({
    file: join(folder, '1.json'),
    trace: 'a',
    message: 'session root, turn 5: 133 minutes after the turn before it',
  })
})

test('a shard that is cut off is an error of its own kind, and lines have their numbers', async () => {
  const rows = Array.from({ length: 3000 }, (_, i) =>
    JSON.stringify({
      timestamp: i,
      session_id: 's',
      input_length: i === 7 ? 600 : 3,
      output_length: 1,
      hash_ids: [i * 7919],
    }),
  )
  const packed = gzipSync(rows.join('\n'))
  await writeFiles(folder, { 'a.jsonl.gz': packed.subarray(0, packed.length - 100) })
  const check = checkCorpus(await readCorpus(folder))
  expect(check.counts['cut-off']).toBe(1)
  expect(check.ok).toBe(false)
  const short = JSON.stringify({ timestamp: 0, session_id: 's', input_length: 3000, output_length: 1, hash_ids: [1] })
  await writeFiles(join(folder, 'b'), { 'b.jsonl': [rows[0], '', short].join('\n') })
  const { problems } = checkCorpus(await readCorpus(join(folder, 'b')))
  expect(problems).toMatchObject([
    { code: 'too-few-ids', line: 3, message: 'session s, turn 1: 1 ids for 3000 tokens in blocks of 512' },
  ])
})

test('of a multitude of one kind the first hundred are told', async () => {
  const requests = Array.from({ length: 500 }, (_, t) => ({ t, in: 100, out: 1, hash_ids: [1] }))
  await writeFiles(folder, { '1.json': JSON.stringify({ id: 'a', block_size: 16, requests }) })
  const { counts, problems } = checkCorpus(await readCorpus(folder))
  expect([counts['too-few-ids'], problems.length]).toEqual([500, 100])
})

test.skipIf(!existsSync(shared))('the public Mooncake trace is good', async () => {
  const check = checkCorpus(await readCorpus(shared), { requests: 12_031, sessions: 12_031 })
  expect(check).toMatchObject({ counts: {}, unmet: [], ok: true })
})
