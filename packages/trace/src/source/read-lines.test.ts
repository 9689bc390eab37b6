import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { readLines } from './read-lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-lines-'))
const file = join(folder, 'lines.jsonl')
afterAll(() => rmSync(folder, { recursive: true }))

test('every line that is not blank, with its place, packed or not', async () => {
  const line = fc.oneof(
    fc.constantFrom('', ' ', '\t\r', 'a', ' b ', '{}'),
    fc.string({ unit: fc.constantFrom('x', ' ', 'é') }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.boolean(), async (lines, end, isPacked) => {
      const text = lines.join(end)
      const expected = text
        .split('\n')
        .map((each, i) => [i + 1, each])
        .filter(([, each]) => (each as string).trim() !== '')
      expect(await linesOf(text, isPacked)).toEqual(expected)
    }),
    { numRuns: 50 },
  )
})

test('lines longer than a chunk, and lines that end with one', async () => {
  const chunk = 1 << 20
  const texts = ['x'.repeat(3 * chunk + 7), 'y'.repeat(chunk - 8 - 1), '', 'z']
  expect(await linesOf(texts.join('\n'))).toEqual([
    [1, texts[0]],
    [2, texts[1]],
    [4, 'z'],
  ])
})

test('forty million blank lines are passed over', async () => {
  const blank = Buffer.alloc(40_000_000, '\n')
  expect(await linesOf(Buffer.concat([blank, Buffer.from(' x')]))).toEqual([[40_000_001, ' x']])
})

test('a line that is too long', async () => {
  writeFileSync(file, `${'x'.repeat(100)}\n${'y'.repeat(3 * 1024 * 1024)}`)
  await expect(allOf(readLines(file, { maxLineBytes: 1024 * 1024 }))).rejects.toThrow(
    /^line 2 is longer than 1 MiB; split it/,
  )
})

test('a text that is too long, unpacked', async () => {
  writeFileSync(`${file}.gz`, gzipSync(Buffer.alloc(3 * 1024 * 1024, '\n')))
  const limits = { maxLineBytes: 1024 * 1024, maxBytes: 2 * 1024 * 1024 }
  await expect(allOf(readLines(`${file}.gz`, limits))).rejects.toThrow(/^larger than 2 MiB; split it/)
})

async function linesOf(content: string | Buffer, isPacked = false): Promise<[number, string][]> {
  const path = isPacked ? `${file}.gz` : file
  writeFileSync(path, isPacked ? gzipSync(content) : content)
  const found = await allOf(readLines(path, { maxLineBytes: 1 << 28 }))
  return found.map(({ bytes, line }) => [line, bytes.toString()])
}

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
