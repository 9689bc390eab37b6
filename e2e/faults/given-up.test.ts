import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { faults, startFaultyServer } from '@reprise/replay-engine/stand-ins'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runCli } from '../run-cli.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** A run of ten minutes, unless it is given up. */
const endless = ['--lanes', '4', '--duration', '600', '--time-scale', '0', '--json', '--quiet']
const deadlineMs = 25_000

/** Replays on a server with these faults; the first chat requests are the preflight's, which go well: one token, and five prompts. */
async function replayOn(stepsFor: Parameters<typeof startFaultyServer>[0], flags: readonly string[] = []) {
  const server = await startFaultyServer((request) => (request < 6 ? undefined : stepsFor(request)))
  onTestFinished(() => server.close())
  const out = join(temporaryFolder(), 'run')
  const start = flags.includes('--start') ? [] : ['--start', '0']
  const run = await runCli(['replay', '--url', server.url, '--out', out, ...endless, ...start, ...flags], {
    deadlineMs,
  })
  expect(run.stderr).not.toMatch(/^\s+at /m)
  expect(run.code).toBe(4)
  const lines = readFileSync(join(out, 'records.jsonl'), 'utf8').trimEnd().split('\n')
  return { result: JSON.parse(run.stdout), records: lines.length, server }
}

describe('a hopeless run ends early, with exit code 4 and its files', { timeout: 30_000 }, () => {
  test('a server that answers with errors', async () => {
    const [steps] = faults['server-error-burst'].replies
    const { result, records } = await replayOn(() => steps)
    expect(result.completeness.ended).toBe('stopped')
    expect(result.validity).toMatchObject({
      verdict: 'invalid',
      reasons: expect.arrayContaining([
        expect.stringMatching(/^failed-requests: .* server-error/),
        expect.stringMatching(/^given-up: /),
      ]),
    })
    expect(Object.keys(result.counts.failures)).toEqual(['server-error'])
    expect(records).toBeGreaterThanOrEqual(50)
    // What was in flight when the fiftieth failed, and no more.
    expect(records).toBeLessThan(80)
  })

  test('a server that takes no request after the first few: ten refusals are enough, and the key that was given is not asked for', async () => {
    const refusal = JSON.stringify({ error: { message: 'wrong key', code: 401 } })
    const steps = [{ do: 'head', status: 401 }, { do: 'write', text: refusal }, { do: 'end' }] as const
    const { result, records } = await replayOn(() => steps, ['--api-key-env', 'PATH'])
    expect(records).toBeLessThan(20)
    expect(result.completeness).toMatchObject({
      ended: 'stopped',
      stoppedBy: { kind: 'refused', failure: 'unauthorized' },
    })
    const said = result.validity.reasons.find((reason: string) => reason.startsWith('given-up'))
    expect(said).toMatch(/not one of them was taken, .* does not take the key of --api-key-env/)
  })

  test('a server that hangs in warm-up: the run ends at the limit, in words of its own', async () => {
    const [silence] = faults.silence.replies
    const flags = ['--start', '0.5', '--warmup-limit', '2s']
    const { result } = await replayOn(() => silence, flags)
    expect(result).toMatchObject({
      completeness: { ended: 'stopped', stoppedBy: { kind: 'warmup-limit' } },
      counts: { requests: 0 },
    })
    const { requests, cancelled } = result.counts.warmup
    expect(requests).toBeGreaterThan(1)
    expect(cancelled).toBe(requests)
    expect(result.validity.reasons).toContainEqual(
      expect.stringMatching(/^given-up: warm-up did not end within 2 s: of its \d requests 0 were answered/),
    )
  })

  test('a server that dies on the way: not a failed request more than it takes to be sure', async () => {
    const dying = 60
    const [steps] = faults['server-dies'].replies
    const { result, records, server } = await replayOn((request) => (request === dying ? steps : undefined))
    expect(server.calls.length).toBeGreaterThan(dying)
    const { counts, completeness } = result
    expect(completeness.ended).toBe('stopped')
    expect(counts.failures.connect).toBeGreaterThan(0)
    expect(counts.failures.disconnect).toBeGreaterThan(0)
    const all = counts.requests + counts.warmup.requests + (counts.drain?.requests ?? 0)
    expect(records).toBe(all)
    expect(counts.failed).toBeLessThan(dying / 9 + 8)
  })
})
