import { markdownBlock, markdownText } from '@reprise/safe-text'
import { expect, test } from 'vitest'
import { collectionOf, failed, hostile, hostileTexts, plain } from '../../testing/collection.fixture.ts'
import { sweepJob } from '../../testing/sweep.fixture.ts'
import { renderCollectionMarkdown, renderSweepSummary } from './render-markdown.ts'

test('the picture, the table, and how to do again what failed', () => {
  const text = renderSweepSummary(plain)
  expect(text).toContain('3 jobs: 2 done, 1 failed.')
  expect(text).toMatch(/```mermaid\nquadrantChart\n/)
  expect(text).toContain(
    '| tiny-fp8-h100-vllm | tiny_tp1_conc2_kvnone-1 | 2 | 100 | 100 | 50.0 | 20.0 | 55.0 | 64.0% | indicative |',
  )
  expect(text).toMatch(/- \*\*server\*\* in replay: tiny-fp8-h100-vllm tiny_tp1_conc2_kvnone-3: the server ended/)
  expect(text).toContain('npx reprise bench --config-key tiny-fp8-h100-vllm --point 0000000000000003')
  expect(text).toMatch(/<details><summary>Server log of .*<\/summary>\n\n```text\nCUDA error\n```/)
})

test('every row of the table has its cells and no others', () => {
  const rows = renderCollectionMarkdown(hostile).split('\n\n', 1)[0]!.split('\n')
  expect(rows).toHaveLength(2 + 2 * hostileTexts.length)
  expect(new Set(rows.map((row) => row.split('|').length))).toEqual(new Set([12]))
})

test.each(hostileTexts)('%j means nothing to Markdown, HTML or GitHub', (text) => {
  const written = markdownText(text)
  expect(written.replace(/&#\d+;/g, '')).not.toMatch(
    /[<>&|`*~[\]!\\#@$]|\n|www\.|:(?! |$)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u,
  )
})

test('foreign lines cannot end the block that they stand in', () => {
  const block = markdownBlock(['a', '```', '~~~~ ``````', '<details>'])
  const [fence] = block.split('\n')
  expect(fence).toBe('```````text')
  expect(block.split('\n').filter((line) => line.startsWith('```````'))).toHaveLength(2)
})

test('a sweep of a thousand failures fits into a summary of GitHub', () => {
  const rows = Array.from({ length: 1_000 }, (_, i) =>
    failed(sweepJob(i + 1), 'server', 'm'.repeat(1_000), Array(100).fill('l'.repeat(1_000))),
  )
  const text = renderSweepSummary(collectionOf(...rows))
  expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024)
  expect(text).toContain('600 more lines are in table.csv.')
})
