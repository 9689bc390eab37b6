import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { runHere } from './run-here.ts'
import { root } from './sources.ts'
import { temporaryFolder } from './temporary-folder.ts'

const log = (name: string) => resolve(root, 'packages/trace/fixtures/logs', name)

test('what is imported is checked, simulated and anonymized like any traces', async () => {
  const out = join(temporaryFolder(), 'mine')
  const run = await runHere(['trace', 'import', log('claude-code'), '--out', out])
  expect([run.code, run.stdout]).toEqual([0, expect.stringContaining('wrote 1 trace to')])
  expect(run.stdout).toContain('  dropped requests: replies that the client made up itself (1)\n')
  const report = JSON.parse(readFileSync(`${out}.losses.json`, 'utf8'))
  expect(report).toMatchObject({ from: 'Claude Code session logs', to: 'weka', files: 2, blockSize: 64, traces: 1 })
  const check = await runHere(['trace', 'check', out, '--expect-requests', '5', '--expect-sessions', '2'])
  expect([check.code, check.stdout]).toEqual([0, expect.stringMatching(/good$/m)])
  const simulated = await runHere(['simulate', '--traces', out, '--passes', '1', '--lanes', '1', '--out', `${out}-run`])
  expect(simulated.code).toBe(0)
  const env = { REPRISE_TRACE_SALT: 'a salt of this test alone' }
  const shared = await runHere(['trace', 'anonymize', out, '--out', `${out}-shared`, '--keep', 'models'], { env })
  expect([shared.code, shared.stdout]).toEqual([0, expect.stringContaining('the scan found nothing')])
})

test.each([
  [['trace', 'import', log('openai'), '--out', 'x', '--from', 'codex'], /no request in the Codex session logs/],
  [['trace', 'import', '/nowhere', '--out', 'x'], /\/nowhere: no such file or folder/],
  [['trace', 'stats', log('codex')], /npx reprise trace import FILE --out FOLDER/],
])('%j is refused', async (args, message) => {
  const run = await runHere(args)
  expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(message)])
})
