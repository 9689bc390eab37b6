import { expect, test } from 'vitest'
import { hostile, hostileTexts, plain } from '../../testing/collection.fixture.ts'
import { renderCollectionCsv } from './render-csv.ts'

test('figures in full, and nothing where nothing was measured', () => {
  const [head, first, , third] = parseCsv(renderCollectionCsv(plain))
  const at = (row: readonly string[] | undefined, name: string) => row![head!.indexOf(name)]
  expect(at(first, 'ttft_p50_ms')).toBe('100')
  expect(at(first, 'output_tokens_per_s_per_gpu')).toBe('55')
  expect([at(third, 'ttft_p50_ms'), at(third, 'outcome'), at(third, 'failure_class')]).toEqual(['', 'failed', 'server'])
})

test('a percentile that cut-off requests hide is an empty cell', () => {
  const [row] = plain.rows
  const { p90: _, ...ttft } = row!.results[0]!.metrics.ttft!
  const result = { ...row!.results[0]!, metrics: { ttft: { ...ttft, cutOff: 1 } } }
  const [head, first] = parseCsv(renderCollectionCsv({ ...plain, rows: [{ ...row!, results: [result] }] }))
  const cells = ['ttft_p50_ms', 'ttft_p90_ms', 'tpot_p50_ms', 'interactivity_p50_tokens_per_s']
  expect(cells.map((name) => first![head!.indexOf(name)])).toEqual(['100', '', '', ''])
})

test('no cell is a formula or breaks out of its row', () => {
  const rows = parseCsv(renderCollectionCsv(hostile))
  expect(rows).toHaveLength(1 + 2 * hostileTexts.length)
  expect(new Set(rows.map(({ length }) => length)).size).toBe(1)
  const cells = rows.flat()
  expect(cells.filter((cell) => /^[\s\u3000]*[=+\-@＝＋－＠|%]/.test(cell))).toEqual([])
  expect(cells.filter((cell) => /[\p{Cc}\u202e]/u.test(cell))).toEqual([])
  expect(cells).toContain(`'=cmd|"/C calc"!A0`)
})

/** RFC 4180, as a spreadsheet reads it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const match of text.matchAll(/("(?:[^"]|"")*"|[^,"\r\n]*)(,|\r\n|$)/g)) {
    const [whole, cell, end] = match
    if (whole === '') break
    rows.at(-1)!.push(cell!.startsWith('"') ? cell!.slice(1, -1).replaceAll('""', '"') : cell!)
    if (end === '\r\n') rows.push([])
  }
  return rows.filter(({ length }) => length > 0)
}
