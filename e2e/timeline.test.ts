import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { readTimeline } from '@reprise/result-aggregator/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reprise } from './report.fixture.ts'
import { runHere, serveHere } from './run-here.ts'
import { root } from './sources.ts'
import { temporaryFolder } from './temporary-folder.ts'

const weka = resolve(root, '../shared/data/weka')
const absent = !existsSync(weka)
if (absent)
  console.warn('SKIPPED: the real traces are not at ../shared/data; timelines are made of generated ones alone')
const dynamo = resolve(root, 'packages/trace/fixtures/dynamo-tools.jsonl')

interface Written {
  readonly events: number
  readonly sources: readonly { readonly name: string; readonly requests: number; readonly tools: number }[]
}

/** Writes a timeline by the command and reads it as a viewer does. */
async function timelineOf(...args: readonly string[]) {
  const out = join(temporaryFolder(), 'timeline.json')
  const written = JSON.parse(await reprise('trace', 'timeline', ...args, '--out', out, '--json', '--quiet')) as Written
  const read = readTimeline(readFileSync(out, 'utf8'))
  for (const [index, { requests, tools }] of written.sources.entries())
    expect([read.count('request', index + 1), read.count('tool', index + 1)]).toEqual([requests, tools])
  expect(read.processes).toEqual(written.sources.map(({ name }) => name))
  return { ...written, read }
}

describe('timelines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-timeline-'))
  const [traces, simulated, live] = ['traces', 'simulated', 'live'].map((name) => join(folder, name))

  beforeAll(async () => {
    const small = ['--traces', '8', '--scale', '0.02', '--turn-scale', '0.2', '--subagent-share', '1']
    await reprise('trace', 'synth', '--out', traces!, ...small)
    await reprise('simulate', '--traces', traces!, '--lanes', '3', '--duration', '600', '--out', simulated!, '--quiet')
    const server = await serveHere()
    const load = ['--lanes', '3', '--duration', '3', '--time-scale', '0.01']
    await reprise('replay', '--url', server.url, '--traces', traces!, ...load, '--out', live!, '--quiet')
    await server.stop()
  }, 90_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.skipIf(absent)('a WEKA trace: three agents start together and are waited for', async () => {
    const { sources, read } = await timelineOf(join(weka, 'trace_02*'), '--only', 'trace_0277')
    expect(sources).toMatchObject([{ requests: 53, tools: 0 }])
    expect(read.arrows).toEqual({ spawn: 4, join: 4 })
    expect(read.counters['in flight']).toBe(3)
    const waits = read.slices.filter(({ name }) => name === 'subagents')
    expect(waits.map(({ dur }) => Math.round(dur / 1e6))).toEqual([209, 378])
  })

  test('generated traces: an arrow to every subagent, and back from those that are waited for', async () => {
    const { read } = await timelineOf(traces!)
    const stats = JSON.parse(await reprise('trace', 'stats', traces!, '--json', '--quiet'))
    expect(read.count('request')).toBe(stats.requests + stats.subagentRequests)
    expect((read.arrows.spawn ?? 0) + (read.arrows.background ?? 0)).toBe(stats.subagents)
    expect(read.count('gap')).toBeGreaterThan(stats.requests / 2)
  })

  test('a Dynamo trace with tools: a slice for each row, queue, prefill and decode, arrows to tools and from them', async () => {
    const { sources, read } = await timelineOf(dynamo)
    expect(sources).toMatchObject([{ requests: 4, tools: 4 }])
    expect(read.arrows).toEqual({ spawn: 1, join: 1, calls: 4, answers: 3 })
    const names = read.slices.filter(({ cat }) => cat === 'stage').map(({ name }) => name)
    expect(new Set(names)).toEqual(new Set(['queue', 'prefill', 'decode']))
  })

  test.each([
    ['a simulation', () => simulated!],
    ['a live run', () => live!],
  ])('%s: a slice for each record, phases, counters', async (_, run) => {
    const records = readFileSync(join(run(), 'records.jsonl'), 'utf8').trimEnd().split('\n').length
    const { sources, read } = await timelineOf(run())
    expect(sources).toMatchObject([{ requests: records }])
    expect(read.count('phase')).toBeGreaterThanOrEqual(2)
    expect(read.slices.some(({ name }) => name === 'decode')).toBe(true)
    const names = Object.keys(read.counters).sort()
    const ofServer = names.filter((name) => name.endsWith('(server)'))
    expect(ofServer).toEqual(run() === live ? ['KV cache in use (server)', 'running (server)', 'waiting (server)'] : [])
    expect(names.filter((name) => !ofServer.includes(name))).toEqual([
      'KV in use (prompts in flight)',
      'hit rate',
      'in flight',
      'queue (no token yet)',
    ])
    expect(read.counters['in flight']).toBeLessThanOrEqual(12)
  })

  test('a run, a simulation and their traces laid over one another', async () => {
    const { sources } = await timelineOf(live!, simulated!, traces!)
    expect(sources.map(({ name }) => name.split(' ')[0])).toEqual(['run', 'simulation', 'traces'])
    // A folder of runs stands for them.
    expect((await timelineOf(folder)).sources.map(({ name }) => name)).toEqual(['run live', 'simulation simulated'])
  })

  test('what cannot be shown is refused with its cure', async () => {
    const missing = await runHere(['trace', 'timeline', traces!, '--only', 'none', '--quiet'])
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringMatching(/--only none: no trace has this id/)])
    const nowhere = await runHere(['trace', 'timeline', join(folder, 'gone'), '--quiet'])
    expect(nowhere.code).toBe(2)
    const onFile = await runHere(['trace', 'timeline', dynamo, '--out', join(dynamo, 'x.json'), '--quiet'])
    expect([onFile.code, onFile.stderr]).toEqual([2, expect.stringMatching(/Give another folder/)])
  })
})
