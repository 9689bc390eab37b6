import { doing } from '@reprise/matrix-generator/fixtures'
import { expect, test } from 'vitest'
import { compareSweeps } from '../../comparison/compare-sweeps.ts'
import { collectionOf, done, failed, hostile, plain } from '../../testing/collection.fixture.ts'
import { sweepJob } from '../../testing/sweep.fixture.ts'
import { commentMark, renderComment } from './render-comment.ts'
import { renderCollectionMarkdown, renderSweepSummary } from './render-markdown.ts'

test('how it went, what failed, the fleets, how it changed, the points', () => {
  const text = renderComment(plain, compareSweeps(plain, plain))
  expect(text.startsWith(`${commentMark}\n### Sweep: 3 jobs: 2 done, 1 failed\n`)).toBe(true)
  expect([...text.matchAll(/^#### (.*)$/gm)].map(([, title]) => title)).toEqual([
    ...['Failed', 'Fleets', 'Against the earlier sweep', 'Points'],
  ])
  expect(text).toContain('- **server** tiny-fp8-h100-vllm tiny_tp1')
  expect(text).toContain('| h100-lab | 3 | 2 | 66.7% | 1 server |')
})

test('a sweep of a thousand failures fits into a comment, which says what it leaves out', () => {
  const rows = Array.from({ length: 1_000 }, (_, i) =>
    failed(sweepJob(i + 1, { configKey: 'k'.repeat(120) }), 'server', 'm'.repeat(1_000)),
  )
  const text = renderComment(collectionOf(...rows))
  expect(text.length).toBeLessThan(65_536)
  expect(text).toContain('Too long for a comment: Points.')
  expect(text).toContain('- and 980 more')
})

test('whatever the jobs say, the comment has one mark, and nothing in it is taken for Markdown or HTML', () => {
  const marked = collectionOf(failed(sweepJob(1, { configKey: commentMark }), 'server', commentMark))
  for (const collection of [hostile, marked]) {
    const text = renderComment(collection, compareSweeps(collection, collection))
    expect(text.split('<!--')).toHaveLength(2)
    expect(text).not.toMatch(/<script|<img|\]\(|@someone|#1\b|\u202e|::set-output/)
  }
})

test('evaluations have a table of their own, and jobs that do nothing else stand in no other', () => {
  const measured = doing(sweepJob(1), { evaluation: { run: true } })
  const only = doing(sweepJob(2), { evaluation: { run: true, only: true } })
  const passed = done(measured)
  const rows = [
    { ...passed, status: { ...passed.status, outcome: 'done' as const, evaluation: 'passed' as const } },
    failed(only, 'eval', 'eval: not configured'),
  ]
  const { failure: _, ...status } = rows[0]!.status
  const collection = collectionOf({ ...rows[0]!, status }, rows[1]!)
  const text = renderComment(collection)
  const table = text.slice(text.indexOf('#### Evaluations'))
  expect(table).toContain(`| tiny-fp8-h100-vllm | ${measured.name} | 2 | passed |  |`)
  expect(table).toContain(`| tiny-fp8-h100-vllm | ${only.name} | 2 | **failed** | eval: eval: not configured |`)
  expect(renderCollectionMarkdown(collection)).not.toContain(only.name)
  expect(renderSweepSummary(collection)).toContain('### Evaluations')
  expect(renderSweepSummary(plain)).not.toContain('### Evaluations')
})

test('what was not measured again is told, with the runs that were asked', () => {
  const rows = [
    { ...done(sweepJob(1)), reusedFrom: '7' },
    { ...done(sweepJob(2)), reusedFrom: '7' },
    { ...done(sweepJob(3)), reusedFrom: '9' },
  ]
  for (const text of [renderComment(collectionOf(...rows)), renderSweepSummary(collectionOf(...rows))])
    expect(text).toContain(
      '3 points were not measured again: same recipe, same image, same rules (2 of run 7, 1 of run 9).',
    )
})
