import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { makeShardFolder } from './make-shard-folder.ts'
import { type ShardOptions, ShardWriter } from './shard-writer.ts'

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shards-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

function writerIn(folder: string, options: Partial<ShardOptions> = {}) {
  const told: (string | undefined)[] = []
  const writer = new ShardWriter({
    folder,
    rollBytes: 1e9,
    bufferBytes: 1e6,
    packed: true,
    sinceStartMs: () => 7.4,
    onDisk: (refusal) => told.push(refusal),
    ...options,
  })
  return { writer, told }
}

const linesOf = (file: string) =>
  String(gunzipSync(readFileSync(file)))
    .split('\n')
    .slice(0, -1)

test('a flush is a whole member, in the envelope of Dynamo, for its owner alone', () => {
  const folder = newFolder()
  const { writer } = writerIn(folder)
  writer.write('{"a":1}')
  expect(readdirSync(folder)).toEqual([])
  writer.flush()
  const file = join(folder, 'capture.000000.jsonl.gz')
  const first = statSync(file).size
  writer.write('{"a":2}')
  writer.flush()
  writer.flush()
  expect(linesOf(file)).toEqual(['{"timestamp":7,"event":{"a":1}}', '{"timestamp":7,"event":{"a":2}}'])
  expect(statSync(file).mode & 0o777).toBe(0o600)
  truncateSync(file, first)
  expect(linesOf(file)).toHaveLength(1)
  expect(writer.counts()).toMatchObject({ shards: 1, lines: 2, lostLines: 0 })
  writer.close()
})

test('a shard is closed at its bytes, and at its lines', () => {
  const folder = newFolder()
  const { writer } = writerIn(folder, { rollLines: 2, bufferBytes: 1 })
  for (const n of [1, 2, 3]) writer.write(`{"a":${n}}`)
  writer.close()
  const names = ['capture.000000.jsonl.gz', 'capture.000001.jsonl.gz']
  expect(readdirSync(folder)).toEqual(names)
  expect(names.map((name) => linesOf(join(folder, name)).length)).toEqual([2, 1])
  const other = newFolder()
  const { writer: bySize } = writerIn(other, { rollBytes: 10, bufferBytes: 1, packed: false })
  for (const n of [1, 2]) bySize.write(`{"a":${n}}`)
  bySize.close()
  expect(readdirSync(other)).toEqual(['capture.000000.jsonl', 'capture.000001.jsonl'])
})

test('what lies in a shard’s place is neither written to nor through; lines are held, told once, and written when there is room', () => {
  const folder = newFolder()
  const outside = join(newFolder(), 'outside')
  writeFileSync(outside, 'mine')
  const place = join(folder, 'capture.000000.jsonl.gz')
  symlinkSync(outside, place)
  const { writer, told } = writerIn(folder)
  writer.write('{"a":1}')
  writer.flush()
  writer.flush()
  expect(told).toEqual(['EEXIST'])
  expect(String(readFileSync(outside))).toBe('mine')
  rmSync(place)
  writer.write('{"a":2}')
  writer.flush()
  expect(told).toEqual(['EEXIST', undefined])
  expect(linesOf(place)).toHaveLength(2)
  writer.close()
})

test('what the disk never took is counted at the end', () => {
  const { writer, told } = writerIn(join(newFolder(), 'gone'))
  writer.write('{}')
  writer.close()
  expect(told).toEqual(['ENOENT'])
  expect(writer.counts()).toMatchObject({ lines: 0, lostLines: 1 })
})

test('a folder in which something lies is refused, one that is not there is made', async () => {
  const folder = newFolder()
  const made = join(folder, 'a', 'b')
  await makeShardFolder(made)
  expect(statSync(made).mode & 0o777).toBe(0o700)
  await makeShardFolder(made)
  await expect(makeShardFolder(folder)).rejects.toThrow('something lies in it')
  writeFileSync(join(made, 'file'), '')
  await expect(makeShardFolder(join(made, 'file'))).rejects.toThrow('cannot be made (EEXIST)')
})
