import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startStandInServer } from '@reprise/replay-engine/stand-ins'
import { expect, onTestFinished, test } from 'vitest'
import { runCli } from '../run-cli.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const steppingDate = pathToFileURL(join(import.meta.dirname, 'stepping-date.ts')).href

test('a system date that jumps by hours leaves every instant as it was', { timeout: 40_000 }, async () => {
  const server = await startStandInServer()
  onTestFinished(() => server.close())
  const out = join(temporaryFolder(), 'run')
  const load = ['--lanes', '4', '--duration', '2', '--start', '0', '--time-scale', '0.001', '--json', '--quiet']
  const startMs = performance.now()
  const run = await runCli(['replay', '--url', server.url, '--out', out, ...load], {
    env: { NODE_OPTIONS: `--import ${steppingDate}` },
    deadlineMs: 30_000,
  })
  const tookMs = performance.now() - startMs
  expect(run.stderr).toBe('')
  const lines = readFileSync(join(out, 'records.jsonl'), 'utf8').trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(10)
  for (const line of lines) {
    const { dueMs, sentMs, headersMs, firstTokenMs, lastTokenMs, doneMs } = JSON.parse(line)
    const instants = [0, dueMs, sentMs, headersMs, firstTokenMs, lastTokenMs, doneMs, tookMs]
    expect(instants).toEqual(instants.toSorted((a, b) => a - b))
  }
  const { throughput, provenance } = JSON.parse(run.stdout)
  expect(throughput.windowMs).toBeCloseTo(2_000, 6)
  // The date was really stepped: the run began an hour or two beside now.
  expect(Math.abs(Date.parse(provenance.startedAt) - Date.now())).toBeGreaterThan(1_800_000)
})
