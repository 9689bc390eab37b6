import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type LoadOverrides,
  type LoadSize,
  type PlannedRequest,
  planDigest,
  planReplay,
  renderPlan,
  replay,
} from '@reprise/replay-engine'
import { ContinuedClock, VirtualClock } from '@reprise/replay-engine/clock'
import { type PresetName, presets } from '@reprise/replay-engine/presets'
import { ScriptedTarget } from '@reprise/replay-engine/stand-ins'
import { type Corpus, fixedLengthCorpus, synthCorpus } from '@reprise/trace'
import { describe, expect, test } from 'vitest'
import { clocksApart } from '../audit/shards-problem.ts'
import type { Result } from '../result/result.ts'
import { planFacts, type RunFile, type RunHeader } from '../result/run-header.ts'
import { calmClient, runHeader } from '../testing/run.fixture.ts'
import { freshFolder } from '../testing/stored-run.fixture.ts'
import { buildRun } from './build-run.ts'
import { longestIdleMs } from './longest-idle.ts'
import { type MergeOptions, mergeShards } from './merge-shards.ts'
import { RunWriter } from './run-writer.ts'
import { sealLine } from './sealed-line.ts'

const folder = freshFolder()
const traces = synthCorpus({ seed: 7, traces: 12, scale: 0.05, turnScale: 0.2 })
const everywhere: Corpus = { ...traces, blockScope: 'global' }
const single = fixedLengthCorpus({
  ...{ seed: 3, requests: 60, inputTokens: 900, outputTokens: 90 },
  ...{ rangeRatio: 0.8, blockSize: 64 },
})
const startAt = '2026-03-01T08:00:00.000Z'
const profilingMs = 60_000
const names = Object.keys(presets) as PresetName[]

/** Replies take their time, which follows from the request alone; some fail. */
function script({ traceIndex, sessionIndex, turn, phase }: PlannedRequest) {
  const dice = (traceIndex * 7_919 + sessionIndex * 104_729 + turn * 1_299_709) % 1_000
  if (phase === 'profiling' && dice < 30)
    return { firstTokenMs: dice, outcome: { kind: 'failed', class: 'server-error', message: 'no' } as const }
  return { firstTokenMs: 20 + dice, tokenMs: 7, chunkTokens: 1, cachedTokens: 0 }
}

interface Part {
  readonly corpus: Corpus
  readonly preset?: PresetName
  readonly overrides?: LoadOverrides
  readonly size?: LoadSize
  readonly shard?: { readonly index: number; readonly of: number }
  readonly header?: (header: RunHeader) => RunHeader
  /** It is asked to stop, or killed, at that instant. */
  readonly broken?: { readonly how: 'interrupted' | 'killed'; readonly atMs: number }
}

/** Sends a part of a plan, or all of it, on virtual time, and writes its folder. */
async function play(path: string, { corpus, preset = 'agentx-v1', shard, header = (own) => own, ...part }: Part) {
  const { overrides = overridesOf(preset), size = sizeOf(preset), broken } = part
  const plan = planReplay(corpus, { seed: 42, preset, ...size, overrides })
  const virtual = new VirtualClock()
  // It has begun before the run's origin.
  const clock = new ContinuedClock(virtual, -500)
  const own = runHeader(plan.load, {
    target: { kind: 'in-process', simulated: true, clock: 'virtual' },
    plan: planFacts(plan, planDigest(plan)),
    startedAt: startAt,
    ...(shard && { shard: { shard, startAt, profilingMs, clock: { aheadMs: 3, uncertainMs: 2 } } }),
  })
  const writer = await RunWriter.open({ folder: path, header: header(own), planText: renderPlan(plan) })
  const stop = new AbortController()
  let isKilled = false
  if (broken)
    clock.at(broken.atMs, () => {
      isKilled = broken.how === 'killed'
      stop.abort()
    })
  const { ended } = await virtual.run(() =>
    replay({
      ...{ plan, corpus, clock, interrupt: stop.signal, ...(shard && { shard }) },
      appointment: { startMs: 0, profilingMs },
      target: new ScriptedTarget(clock, script),
      keepChunkGaps: true,
      onRecord: (record) => isKilled || writer.record(record),
      onPhase: (span) => isKilled || writer.phase(span),
    }),
  )
  if (isKilled) await writer.abandon()
  else await writer.close({ reason: ended, clientHealth: calmClient })
}

function sizeOf(preset: PresetName): LoadSize {
  const { kind } = presets[preset].load
  if (kind === 'lanes') return { lanes: 5 }
  return kind === 'rate' ? { sessionsPerS: 0.1 } : {}
}

function overridesOf(preset: PresetName): LoadOverrides {
  const { load } = presets[preset]
  const window = { until: { kind: 'window' as const, durationMs: 300_000 } }
  if (load.kind !== 'lanes') return { ...window, timeScale: 0.1 }
  return { ...window, ...('systemIdleCapMs' in load && { systemIdleCapMs: 1e9 }), timeScale: 0.1, drainMs: 400 }
}

async function shardsOf(part: Omit<Part, 'shard'>, of: number, changed: Partial<Record<number, Part>> = {}) {
  const folders = Array.from({ length: of }, (_, index) => join(folder(), `shard-${index}`))
  for (const [index, path] of folders.entries())
    await play(path, { ...part, shard: { index, of }, ...changed[index] } as Part)
  return folders
}

const merging = (corpus: Corpus): MergeOptions => ({
  ...{ out: join(folder(), 'merged'), overwrite: false, partial: false, command: 'npx reprise replay' },
  corpus: async () => corpus,
})

/** All that is not about how it was sent. */
function measured({ provenance: _, validity, completeness: { shards: __, ...completeness }, ...rest }: Result) {
  return { ...rest, completeness, reasons: validity.reasons.filter((reason) => !reason.startsWith('shard')) }
}

describe.each(names)('%s', (preset) => {
  const corpora = presets[preset].corpus.kind === 'traces' ? { traces, everywhere } : { single }

  test.each(Object.entries(corpora))(
    'the result of four shards is that of a run in one piece: %s',
    async (_, corpus) => {
      await play(join(folder(), 'whole'), { corpus, preset })
      const folders = await shardsOf({ corpus, preset }, 4)
      await mergeShards(folders.toReversed(), merging(corpus))
      const [whole, merged] = [await buildRun(join(folder(), 'whole')), await buildRun(join(folder(), 'merged'))]
      expect(whole.counts.requests).toBeGreaterThan(20)
      expect(measured(merged)).toEqual(measured(whole))
      expect(merged.completeness.shards).toMatchObject({ of: 4, startAt, clocks: { apartMs: 0, uncertainMs: 4 } })
      expect(merged.provenance.startedAt).toBe(startAt)
    },
  )
})

test('a shard alone has a result, which says that it is a part and counts its own arrivals', async () => {
  const [one] = await shardsOf({ corpus: traces, preset: 'rate' }, 3)
  const { validity, completeness, arrivals } = await buildRun(one!)
  expect(validity.reasons).toContainEqual(expect.stringMatching(/^shard: .*part 0 of 3/))
  expect(completeness.shard?.shard).toEqual({ index: 0, of: 3 })
  expect(arrivals!.sent + arrivals!.unsent).toBe(arrivals!.planned)
})

test('what a shard saw of the server is kept, and the watts of the machine that the server runs on, once', async () => {
  const folders = await shardsOf({ corpus: traces }, 2)
  const sealed = (lines: readonly object[]) => lines.map((line) => `${sealLine(JSON.stringify(line))}\n`).join('')
  const readings = Array.from({ length: 602 }, (_, i) => {
    return { meter: 'nvidia-smi', device: '0', atMs: 1000 * i - 1000, watts: 500 }
  })
  const head = { schema: 'power/1', attempt: 1, intervalMs: 1000 }
  await writeFile(join(folders[1]!, 'power.jsonl'), sealed([head, ...readings]))
  const page = (atMs: number, changes: object) => ({ source: 0, atMs, tookMs: 1, ...changes })
  const pages = [
    {
      ...{ schema: 'server-metrics/1', attempt: 1, intervalMs: 1000, timeoutMs: 5000, maxFileBytes: 1e6 },
      sources: [{ url: 'http://gpu:8000/metrics', found: 'endpoint' }],
    },
    page(-1000, {
      new: [
        ['vllm:num_preemptions_total', 3],
        ['vllm:num_requests_running', 1],
      ],
    }),
    page(1e6, { set: [0, 1003] }),
    { end: true, atMs: 1e6 },
  ]
  await writeFile(join(folders[1]!, 'server-metrics.jsonl'), sealed(pages))
  await mergeShards(folders, merging(traces))
  const { power, server } = await buildRun(join(folder(), 'merged'))
  const alone = await buildRun(folders[1]!)
  expect(server).toMatchObject({ sources: [{ url: 'http://gpu:8000/metrics', samples: 2 }] })
  expect(server!.preemptions).toBeGreaterThan(0)
  expect(server!.preemptions).toBeCloseTo(alone.server!.preemptions!, 9)
  expect(power).toMatchObject({ devices: 1, samples: readings.length, meanW: expect.closeTo(500, 9) })
})

describe('refused', () => {
  const part = { corpus: traces, preset: 'agentx-v0.1' as const }
  const changed = (change: (header: RunHeader) => Partial<RunHeader>): Part => ({
    ...part,
    header: (header) => ({ ...header, ...change(header) }),
  })

  test.each<[string, Partial<Record<number, Part>>, RegExp]>([
    ['another version', { 1: changed(() => ({ toolVersion: '9.9.9' })) }, /another version of reprise/],
    ['another seed', { 1: { ...part, overrides: { timeScale: 0.2 } } }, /another plan/],
    [
      'another endpoint',
      { 1: changed(({ target }) => ({ target: { ...target, url: 'http://b' } })) },
      /another endpoint/,
    ],
    ['another model', { 1: changed(({ identity }) => ({ identity: { ...identity, model: 'b' } })) }, /another server/],
    [
      'another start',
      { 1: changed(({ shard }) => ({ shard: { ...shard!, startAt: '2026-03-01T08:00:01.000Z' } })) },
      /another --start-at/,
    ],
    [
      'a clock that is off by more than a second',
      { 1: changed(({ shard }) => ({ shard: { ...shard!, clock: { aheadMs: -1_200, uncertainMs: 20 } } })) },
      /shard-1: the date of its machine is 1203 ms/,
    ],
    [
      'a shard that was cut',
      { 1: { ...part, broken: { how: 'interrupted', atMs: 90_000 } } },
      /did not reach its end \(interrupted\)/,
    ],
    [
      'a shard that was killed',
      { 1: { ...part, broken: { how: 'killed', atMs: 90_000 } } },
      /did not reach its end \(killed\)/,
    ],
    ['a whole run', { 1: changed(({ shard: _, ...header }) => ({ ...header, shard: undefined! })) }, /no shard of one/],
  ])('%s', async (_, changes, message) => {
    const folders = await shardsOf(part, 3, changes)
    await expect(mergeShards(folders, merging(traces))).rejects.toThrow(message)
  })

  test('one that is missing, one that is there twice, and lanes of another shard', async () => {
    const [one, two, three] = await shardsOf(part, 3)
    const merge = (folders: string[]) => mergeShards(folders, merging(traces))
    await expect(merge([one!, three!])).rejects.toThrow('of the 3 shards 1 is missing')
    await expect(merge([one!, two!, two!, three!])).rejects.toThrow('shard 1 is there twice')
    await rename(two!, ({ shard }) => ({ shard: { ...shard!, shard: { index: 2, of: 3 } } }))
    await rename(three!, ({ shard }) => ({ shard: { ...shard!, shard: { index: 1, of: 3 } } }))
    await expect(merge([one!, two!, three!])).rejects.toThrow(/its lane is not one of shard 1 of 3/)
  })

  test('traces other than those that were replayed, where plays share blocks', async () => {
    const folders = await shardsOf({ corpus: everywhere }, 2)
    await expect(mergeShards(folders, merging(single))).rejects.toThrow(/not the traces that the shards replayed/)
  })
})

test.each(['killed', 'interrupted'] as const)(
  'with a shard that was %s all count until then, and the result says so',
  async (how) => {
    const broken = { how, atMs: 150_000 }
    const part = { corpus: traces, preset: 'agentx-v1' as const }
    const folders = await shardsOf(part, 3, { 1: { ...part, broken } })
    await mergeShards(folders, { ...merging(traces), partial: true })
    const { completeness, counts, throughput, validity } = await buildRun(join(folder(), 'merged'))
    expect(completeness).toMatchObject({ ended: 'killed', shards: { brokeOff: [1] } })
    expect(validity.reasons).toContainEqual(expect.stringMatching(/^partial: /))
    expect(throughput!.windowMs).toBeLessThanOrEqual(90_000)
    expect(throughput!.windowMs).toBeGreaterThan(60_000)
    expect(counts.ok).toBeGreaterThan(5)
  },
)

test('idle time that no shard can know of is found: nothing in flight anywhere', () => {
  const request = (atMs: number, doneMs: number, sends = true) => ({ atMs, doneMs, sends })
  const phase = { phase: 'profiling' as const, startMs: 100, endMs: 1_000 }
  const requests = [
    request(600, 700),
    request(150, 300),
    request(120, 200),
    request(400, 400, false),
    request(990, 2_000),
  ]
  expect(longestIdleMs(requests, phase)).toBe(300)
  expect(longestIdleMs([request(150, 300)], phase)).toBe(700)
  expect(longestIdleMs([], phase)).toBe(900)
})

test('clocks are as far apart as the two furthest, and known as well as the two least known', () => {
  const shard = (aheadMs: number, uncertainMs: number) => ({
    shard: { shard: { index: 0, of: 3 }, startAt, profilingMs, clock: { aheadMs, uncertainMs } },
  })
  expect(clocksApart([shard(-10, 1), shard(5, 4), shard(0, 9)])).toEqual({ apartMs: 15, uncertainMs: 13, furthest: 0 })
  expect(clocksApart([shard(-10, 1), { shard: undefined }])).toBeUndefined()
})

async function rename(path: string, change: (header: RunFile) => Partial<RunFile>) {
  const header = JSON.parse(await readFile(join(path, 'run.json'), 'utf8')) as RunFile
  await writeFile(join(path, 'run.json'), JSON.stringify({ ...header, ...change(header) }))
}
