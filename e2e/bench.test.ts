import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Result } from '@reprise/result-aggregator/run'
import { expect, test } from 'vitest'
import { runCli, serveCli } from './run-cli.ts'
import { runHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('bench: a row per lane count, a verdict with reasons, the path of each result, and the files of each run', {
  timeout: 90_000,
}, async () => {
  const out = join(temporaryFolder(), 'bench')
  const run = await runCli(['bench', '--lanes', '1,3', '--duration', '2', '--out', out])
  expect(run.stderr).not.toMatch(/^\s+at /m)
  expect(run.code).toBe(0)
  expect(run.stdout).toMatch(/^ +1 +\d+ +0 .*indicative\s*$/m)
  expect(run.stdout).toMatch(/^ +3 +\d+ +0 .*indicative\s*$/m)
  expect(run.stdout).toMatch(/simulated-target: /)
  for (const lanes of [1, 3]) {
    const folder = join(out, `lanes-${lanes}`)
    expect(run.stdout).toContain(join(folder, 'results.json'))
    for (const file of ['plan.json', 'records.jsonl', 'phases.jsonl', 'run.json', 'manifest.json', 'command.txt']) {
      expect(existsSync(join(folder, file)), file).toBe(true)
    }
    const result = Result.parse(JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')))
    expect(result.counts).toMatchObject({ failed: 0 })
    expect(result.counts.ok).toBeGreaterThan(0)
    expect(result.inputTokens.exactShare).toBe(1)
    expect(result.metrics.ttft?.p50).toBeGreaterThan(0)
  }
})

test('replay on a server with a chat template: no failures, every prompt exact, hits as the corpus allows', {
  timeout: 90_000,
}, async () => {
  const folder = temporaryFolder()
  const traces = join(folder, 'traces')
  await runHere(['trace', 'synth', '--out', traces, '--traces', '4', '--scale', '0.1', '--turn-scale', '0.15'])
  const engine = join(folder, 'engine.json')
  writeFileSync(engine, JSON.stringify({ stepTime: { baseMs: 1 } }))
  const server = await serveCli(['--template-tokens', '3,2,3', '--engine', engine])
  const load = ['--traces', traces, '--lanes', '4', '--passes', '1', '--time-scale', '0']
  const out = ['--out', join(folder, 'run'), '--json']
  const run = await runCli(['replay', '--url', server.url, ...load, ...out], { deadlineMs: 60_000 })
  await server.stop()
  expect(run.code).toBe(0)
  const result = Result.parse(JSON.parse(run.stdout))
  expect(result.counts.failed).toBe(0)
  expect(result.inputTokens).toMatchObject({ unreported: 0, exactShare: 1 })
  expect(result.cacheHit.measured).toBeGreaterThan(result.cacheHit.ideal! - 0.002)
  expect(result.cacheHit.measured).toBeLessThanOrEqual(result.cacheHit.ideal!)
  expect(result.provenance.target).toMatchObject({ simulated: true, words: { notAsked: 0 } })
  expect(result.provenance.target.words?.usable).toBe(result.provenance.target.words?.listed)
})
