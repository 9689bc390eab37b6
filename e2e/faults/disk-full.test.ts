import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startStandInServer } from '@reprise/replay-engine/stand-ins'
import { expect, onTestFinished, test } from 'vitest'
import { runCli } from '../run-cli.ts'
import { runHere } from '../run-here.ts'
import { temporaryFolder } from '../temporary-folder.ts'

test.skipIf(process.platform === 'win32')(
  'a disk that is full in the middle of a run ends it at once, and what was written can be used',
  { timeout: 40_000 },
  async () => {
    const server = await startStandInServer()
    onTestFinished(() => server.close())
    const out = join(temporaryFolder(), 'run')
    const load = ['--lanes', '8', '--duration', '600', '--start', '0', '--time-scale', '0', '--quiet']
    const run = await runCli(['replay', '--url', server.url, '--out', out, ...load], {
      deadlineMs: 25_000,
      largestFileKiB: 128,
    })
    expect(run.stderr).toMatch(/records\.jsonl: .*(full|may not grow)/)
    expect(run.stderr).not.toMatch(/^\s+at /m)
    expect(run.code).toBe(3)
    expect(readFileSync(join(out, 'records.jsonl')).length).toBeGreaterThan(100_000)
    const built = await runHere(['results', 'build', out, '--json'])
    const result = JSON.parse(built.stdout)
    expect(result.counts.ok).toBeGreaterThan(100)
    expect(result.validity.reasons.join('\n')).toMatch(/^partial: /m)
  },
)
