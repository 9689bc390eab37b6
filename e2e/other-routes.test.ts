import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli, serveCli } from './run-cli.ts'
import { temporaryFolder } from './temporary-folder.ts'

interface Shown {
  readonly counts: { readonly ok: number; readonly failed: number }
  readonly inputTokens: { readonly exactShare: number }
  readonly cacheHit: { readonly measured: number; readonly ideal: number }
  readonly metrics: { readonly tpot?: { readonly p50: number } }
  readonly provenance: { readonly target: object }
}

test.each([
  ['completions', []],
  ['responses', ['--template-tokens', '4,2,3']],
])('a run by /v1/%s: prompts are exact, and hits and tokens are told as they are by chat', async (api, served) => {
  const server = await serveCli(served)
  const { code, stdout, stderr } = await runCli([
    'replay',
    '--url',
    server.url,
    '--api',
    api,
    '--lanes',
    '2',
    '--duration',
    '3',
    '--time-scale',
    '0.01',
    '--json',
    '--out',
    join(temporaryFolder(), 'run'),
  ])
  await server.stop()
  expect(code, stderr).toBe(0)
  const { counts, inputTokens, cacheHit, metrics, provenance } = JSON.parse(stdout) as Shown
  expect(counts.failed).toBe(0)
  expect(counts.ok).toBeGreaterThan(3)
  expect(inputTokens.exactShare).toBe(1)
  expect(cacheHit.measured).toBeGreaterThan(cacheHit.ideal - 0.02)
  expect(metrics.tpot?.p50).toBeGreaterThan(1)
  expect(provenance.target).toMatchObject({ api })
})
