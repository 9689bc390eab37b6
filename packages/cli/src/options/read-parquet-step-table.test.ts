import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BasicType, parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, expect, test } from 'vitest'
import { readEngine } from './read-engine.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-parquet-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const columns = {
  ms: ['DOUBLE', [10, 20, 4]],
  kind: ['STRING', ['prefill', 'prefill', 'decode']],
  count: ['INT64', [1n, 512n, 8n]],
  context: ['INT32', [0, 0, 100]],
  note: ['STRING', ['a', 'b', 'c']],
} as const satisfies Record<string, readonly [BasicType, readonly unknown[]]>

function parquetOf(
  changes: Partial<Record<keyof typeof columns, readonly [BasicType, readonly unknown[]] | null>> = {},
) {
  const all = Object.entries({ ...columns, ...changes }).filter(([, column]) => column !== null)
  const columnData = all.map(([name, column]) => ({ name, type: column![0], data: [...column![1]], nullable: true }))
  return new Uint8Array(parquetWriteBuffer({ columnData }))
}

function engineWith(table: Uint8Array | string) {
  writeFileSync(join(folder, 'steps.parquet'), table)
  const description = join(folder, 'engine.json')
  writeFileSync(description, JSON.stringify({ stepTime: { kind: 'table', file: 'steps.parquet', outside: 'nearest' } }))
  return readEngine(description)
}

test('a table in Parquet is that in CSV: columns in any order and of any numeric type, others left alone', async () => {
  const inParquet = await engineWith(parquetOf())
  const inCsv = await engineWith('kind,count,context,ms\nprefill,1,0,10\nprefill,512,0,20\ndecode,8,100,4\n')
  expect(inParquet.stepTime).toEqual(inCsv.stepTime)
  expect(inParquet.stepTime).toMatchObject({ prefill: { counts: [1, 512], contexts: [0], ms: [[10], [20]] } })
})

test.each<[string, Uint8Array, RegExp]>([
  [
    'a column that is not there',
    parquetOf({ count: null }),
    /steps\.parquet: no column count; it has ms, kind, context, note, and needs kind, count, context, ms/,
  ],
  [
    'a cell that is empty',
    parquetOf({ ms: ['DOUBLE', [10, null, 4]] }),
    /steps\.parquet: row 2: expected prefill or decode, then a count above 0/,
  ],
  ['a number as text', parquetOf({ context: ['STRING', ['0', '0', '9']] }), /steps\.parquet: row 1: expected/],
  ['another kind', parquetOf({ kind: ['STRING', ['prefill', 'prefill', 'both']] }), /steps\.parquet: row 3: expected/],
  [
    'a point twice',
    parquetOf({ count: ['INT64', [1n, 1n, 8n]] }),
    /steps\.parquet: prefill: a count and context stand there twice/,
  ],
  [
    'no decode',
    parquetOf({
      kind: ['STRING', ['prefill', 'prefill', 'prefill']],
      count: ['INT32', [1, 2, 3]],
      context: ['INT32', [0, 0, 0]],
    }),
    /steps\.parquet: decode: there is no such line/,
  ],
  [
    'half a file',
    parquetOf().subarray(0, 200),
    /steps\.parquet: not a Parquet file that can be read \(.+\); write it whole/,
  ],
  ['a page that is none', parquetOf().fill(0xff, 4, 40), /steps\.parquet: not a Parquet file that can be read/],
  [
    'too many rows',
    parquetOf({
      ms: ['DOUBLE', new Array(100_001).fill(1)],
      kind: ['STRING', new Array(100_001).fill('decode')],
      count: ['INT32', new Array(100_001).fill(1)],
      context: ['INT32', new Array(100_001).fill(1)],
      note: null,
    }),
    /100001 rows; a table of steps has at most 100000/,
  ],
])('%s is refused with its place', async (_, table, message) => {
  await expect(engineWith(table)).rejects.toThrow(message)
})
