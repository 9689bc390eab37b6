import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultEngine } from '@reprise/engine-sim'
import { describe, expect, test } from 'vitest'
import { recordingProxy } from '../recording-proxy.ts'
import { runCli, serveCli } from '../run-cli.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** The embedded engine, but for its time. */
function quickEngine(path: string): string {
  const stepTime = {
    ...{ baseMs: 0.2, prefillMsPerToken: 0, prefillMsPerMillionTokenContext: 0 },
    ...{ decodeMsPerSequence: 0, decodeMsPerThousandContext: 0 },
  }
  writeFileSync(path, JSON.stringify({ ...defaultEngine(), stepTime }))
  return path
}

/** Of each preset a run that ends by itself. */
const short = ['--time-scale', '0', '--passes', '1']
const presets: Record<string, readonly string[]> = {
  'fixed-seq-len': ['--lanes', '4', '--isl', '256', '--osl', '8', '--passes', '1'],
  'fixed-seq-len-8k1k': ['--lanes', '4', '--passes', '1'],
  'fixed-seq-len-1k1k': ['--lanes', '4', '--passes', '1'],
  'agentx-v0.1': ['--lanes', '8', ...short],
  'agentx-v1': ['--lanes', '8', ...short],
  'fixed-schedule': ['--speedup', '1000', '--passes', '1'],
  rate: ['--rate', '20', ...short],
}

/** The hashes of all bodies that were sent, in some order of their own. */
async function sentBy(send: (url: string) => Promise<void>): Promise<string[]> {
  const server = await serveCli(['--engine', quickEngine(join(temporaryFolder(), 'engine.json'))])
  const proxy = await recordingProxy(server.url)
  await send(proxy.url)
  proxy.close()
  await server.stop()
  return proxy.bodies.map((body) => createHash('sha256').update(body).digest('hex')).sort()
}

async function succeed(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(args)
  // A machine that is late sends the same bytes, and its result is invalid.
  expect([0, 4], stderr).toContain(code)
  return stdout
}

/** Starts all shards of a run; with more time before the start where one was not ready by then. */
async function replayShards(args: readonly string[], shards: number, out: string, leadS = 8): Promise<void> {
  const startAt = String(Math.ceil(Date.now() / 1_000) + leadS)
  const common = [...args, '--start-at', startAt, '--profile-after', `${2 * leadS}s`, '--out', out, '--overwrite']
  const runs = await Promise.all(
    Array.from({ length: shards }, (_, index) => runCli([...common, '--shard', `${index}/${shards}`])),
  )
  if (runs.some(({ stderr }) => stderr.includes('passed')) && leadS < 120)
    return replayShards(args, shards, out, 2 * leadS)
  for (const { code, stderr } of runs) expect([0, 4], stderr).toContain(code)
}

describe.each(Object.entries(presets))('%s', (preset, flags) => {
  test('one process, several, and shards that are merged send the same bytes', async () => {
    const folder = temporaryFolder()
    const args = (url: string) => ['replay', '--url', url, '--preset', preset, ...flags, '--json', '--quiet']
    const whole = await sentBy(async (url) => void (await succeed([...args(url), '--out', join(folder, 'one')])))
    const several = await sentBy(
      async (url) => void (await succeed([...args(url), '--processes', '4', '--out', join(folder, 'several')])),
    )
    const shards = await sentBy((url) => replayShards(args(url), 4, join(folder, 'shards')))
    expect(whole.length).toBeGreaterThan(8)
    expect(several).toEqual(whole)
    // A try whose start had passed for one shard has sent what the others had.
    expect([...new Set(shards)]).toEqual([...new Set(whole)])

    const merged = JSON.parse(
      await succeed(['results', 'merge', join(folder, 'shards'), '--out', join(folder, 'merged'), '--json']),
    )
    const again = JSON.parse(await succeed(['results', 'build', join(folder, 'merged'), '--json']))
    expect(again).toEqual(merged)
    const one = JSON.parse(await succeed(['results', 'build', join(folder, 'one'), '--json']))
    expect(merged.counts).toEqual(one.counts)
    expect(merged.provenance.planDigest).toBe(one.provenance.planDigest)
    expect(merged.cacheHit.ideal).toBeCloseTo(one.cacheHit.ideal, 3)
    expect(merged.completeness).toMatchObject({ ended: 'passes', shards: { of: 4 } })
    // Of a run at recorded times both say whether it was what was captured.
    expect(merged.fidelity === undefined).toBe(one.fidelity === undefined)
    expect(merged.fidelity !== undefined).toBe(preset === 'fixed-schedule')
  })
})

test('a shard without a start, a start that has passed, and a run that is no shard are refused', async () => {
  const replay = (...flags: string[]) => runCli(['replay', '--url', 'http://127.0.0.1:9', '--lanes', '2', ...flags])
  const runs = await Promise.all([
    replay('--shard', '0/2'),
    replay('--shard', '0/2', '--start-at', '1700000000'),
    replay('--shard', '2/2', '--start-at', '1700000000'),
  ])
  expect(runs.map(({ code }) => code)).toEqual([2, 2, 2])
  expect(runs.map(({ stderr }) => stderr)).toEqual([
    expect.stringContaining('--start-at'),
    expect.stringContaining('has passed'),
    expect.stringContaining('counted from 0'),
  ])
  const folder = temporaryFolder()
  await succeed(['simulate', '--preset', 'fixed-seq-len', '--lanes', '2', '--out', join(folder, 'whole')])
  const merge = await runCli(['results', 'merge', join(folder, 'whole'), '--out', join(folder, 'merged')])
  expect([merge.code, merge.stderr]).toEqual([2, expect.stringContaining('no shard of one')])
})
