import { expect, test } from 'vitest'
import type { MeasuredResult } from './read-results.ts'
import { renderJobSummary } from './render-job-summary.ts'
import { trimSummary } from './trim-summary.ts'

const result: MeasuredResult = {
  load: { lanes: 4 },
  counts: { requests: 10, ok: 9 },
  metrics: { ttft: { p50: 1234.5, p90: 2000 } },
  validity: { verdict: 'invalid', reasons: ['failed-requests: 1 of 10\n# ![x](y)'] },
}

test('a job with hostile texts is still two tables and a list', () => {
  const summary = renderJobSummary(
    {
      name: 'n`ame',
      configKey: 'a | b',
      outcome: 'failed',
      failure: { class: 'server', phase: 'replay', message: 'died\n\n# Passed\n</pre><b>' },
      evaluation: 'not-configured',
      reproduce: "npx reprise bench --config-key 'a | b</pre>'",
    },
    [result],
  )
  expect(summary.split('\n').filter((line) => line.startsWith('|'))).toHaveLength(11)
  expect(summary).toContain('| 4 | 9 of 10 | 1235 | 2000 | - | - | invalid |')
  expect(summary).not.toMatch(/^# |!\[/m)
  expect(summary.match(/<\/?pre>/g)).toEqual(['<pre>', '</pre>'])
})

test('a summary that is too large is cut after a whole line, and says so', () => {
  const lines = Array.from({ length: 100 }, (_, i) => `row ${i} ü\n`).join('')
  expect(trimSummary(lines)).toBe(lines)
  const cut = trimSummary(lines, 400)
  expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(400)
  expect(cut).toMatch(/ü\n\n\(cut here: [^\n]+\)\n$/)
})
