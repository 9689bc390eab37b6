import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listTraceFiles } from './list-trace-files.ts'
import { readCorpus } from './read-corpus.ts'
import { smallTrace, writeFiles } from './trace-files.fixture.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-trace-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

test('a pattern stands for what it matches, sorted; what exists under its name comes first', async () => {
  await writeFiles(folder, {
    'b.2.jsonl': '',
    'b.1.jsonl': '',
    'b.txt': '',
    'c.json': '',
    '[x].json': '',
    'x.json': '',
  })
  const names = async (pattern: string) => (await listTraceFiles([join(folder, pattern)])).map((file) => basename(file))
  expect(await names('b.*')).toEqual(['b.1.jsonl', 'b.2.jsonl'])
  expect(await names('{c,x}.json')).toEqual(['c.json', 'x.json'])
  expect(await names('[x].json')).toEqual(['[x].json'])
  await expect(names('z*')).rejects.toThrow(/matches no trace file .*; check the pattern/)
  expect(await listTraceFiles(['-'])).toEqual(['-'])
})

test('files of two formats do not make one corpus', async () => {
  const row = JSON.stringify({ timestamp: 0, input_length: 3, output_length: 1, hash_ids: [1] })
  await writeFiles(folder, { '1.json': smallTrace('a'), '2.jsonl': row })
  await expect(readCorpus(folder)).rejects.toThrow(/1\.json \(WEKA\) and .*2\.jsonl \(Mooncake\); put each format/)
})

test('of a packed file that is cut off every whole line is used, and the file is named', async () => {
  const rows = Array.from({ length: 5000 }, (_, timestamp) =>
    JSON.stringify({ timestamp, input_length: 3, output_length: 1, hash_ids: [timestamp * 7919] }),
  )
  const members = [gzipSync(`${rows.slice(0, 3000).join('\n')}\n`), gzipSync(`${rows.slice(3000).join('\n')}\n`)]
  const packed = Buffer.concat(members)
  await writeFiles(folder, { 'whole.jsonl.gz': packed, 'cut.jsonl.gz': packed.subarray(0, packed.length - 2000) })
  const read = async (name: string) => readCorpus(join(folder, name))
  expect((await read('whole.jsonl.gz')).corpus.traces).toHaveLength(5000)
  const { corpus, problems } = await read('cut.jsonl.gz')
  expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(/the gzip data ends early/)])
  expect(corpus.traces.length).toBeGreaterThan(4000)
  expect(corpus.traces.length).toBeLessThan(5000)
})
