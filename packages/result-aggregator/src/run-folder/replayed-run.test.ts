import { join } from 'node:path'
import { planDigest, planReplay, type RequestRecord, renderPlan, replay } from '@reprise/replay-engine'
import { VirtualClock } from '@reprise/replay-engine/clock'
import { ScriptedTarget } from '@reprise/replay-engine/stand-ins'
import { synthCorpus } from '@reprise/trace'
import { expect, test } from 'vitest'
import { planFacts } from '../result/run-header.ts'
import { runHeader } from '../testing/run.fixture.ts'
import { allOf, freshFolder } from '../testing/stored-run.fixture.ts'
import { buildRun } from './build-run.ts'
import { readManifest } from './manifest.ts'
import { readRun } from './read-run.ts'
import { RunWriter } from './run-writer.ts'

const folder = freshFolder()
const windowMs = 60_000

/** Six lanes for a minute of virtual time, a token each 20 ms, every seventh turn refused by the server. */
async function replayInto(path: string): Promise<void> {
  const corpus = synthCorpus({ seed: 7, traces: 12, scale: 0.05, turnScale: 0.2 })
  const until = { kind: 'window', durationMs: windowMs } as const
  const plan = planReplay(corpus, { seed: 42, lanes: 6, overrides: { until, drainMs: 400, timeScale: 0.01 } })
  const clock = new VirtualClock()
  const target = new ScriptedTarget(clock, ({ turn, inputTokens }) => ({
    firstTokenMs: 100 + inputTokens / 100,
    tokenMs: 20,
    chunkTokens: 1,
    cachedTokens: Math.floor(inputTokens / 2),
    ...(turn % 7 === 6 && { outcome: { kind: 'failed', class: 'server-error', status: 500, message: 'no' } as const }),
  }))
  const header = runHeader(plan.load, {
    target: { kind: 'in-process', simulated: true, clock: 'virtual' },
    plan: planFacts(plan, planDigest(plan)),
  })
  const writer = await RunWriter.open({ folder: path, header, planText: renderPlan(plan) })
  const { ended } = await clock.run(() =>
    replay({
      plan,
      corpus,
      clock,
      target,
      keepChunkGaps: true,
      onRecord: (record) => writer.record(record),
      onPhase: (span) => writer.phase(span),
    }),
  )
  await writer.close({ reason: ended })
}

test('a replay, its records counted by hand, and its result agree', async () => {
  await replayInto(folder())
  const { phases, records } = await readRun(folder())
  const all = await allOf(records())
  const profiling = all.filter(({ phase }) => phase === 'profiling')
  const { counts, throughput, metrics, cacheHit, provenance } = await buildRun(folder())

  const byKind = (kind: string) => profiling.filter(({ outcome }) => outcome.kind === kind).length
  expect(counts).toMatchObject({ requests: profiling.length, ok: byKind('ok'), failed: byKind('failed') })
  expect(counts.failures).toEqual({ 'server-error': byKind('failed') })
  expect(counts.cancelled).toBe(byKind('cancelled'))
  expect(counts.warmup.requests).toBe(all.length - profiling.length)
  // A run that shows nothing of what is tested here would prove nothing.
  for (const some of [counts.ok - 20, counts.failed, counts.cancelled, counts.warmup.requests])
    expect(some).toBeGreaterThan(0)

  const { startMs } = phases.find(({ phase }) => phase === 'profiling')!
  const instants = profiling.filter(({ outcome }) => outcome.kind !== 'failed').flatMap(tokenInstants)
  const inWindow = instants.filter((atMs) => atMs > startMs && atMs <= startMs + windowMs)
  expect(inWindow.length).toBeLessThan(instants.length)
  expect(throughput).toMatchObject({ windowMs, output: inWindow.length / (windowMs / 1000) })

  expect(metrics.tpot).toMatchObject({ p50: expect.closeTo(20, 6), p99: expect.closeTo(20, 6) })
  expect(metrics.dispatch_delay).toMatchObject({ max: 0 })
  expect(cacheHit.measured).toBeCloseTo(0.5, 3)
  // The plan's digest is that of the plan file.
  expect((await readManifest(folder())).files['plan.json']?.sha256).toBe(provenance.planDigest)
})

test('the same run twice leaves the same bytes', async () => {
  const [one, two] = [join(folder(), 'one'), join(folder(), 'two')]
  await replayInto(one)
  await replayInto(two)
  expect(await readManifest(one)).toEqual(await readManifest(two))
  expect(JSON.stringify(await buildRun(one))).toBe(JSON.stringify(await buildRun(two)))
})

function tokenInstants({ firstTokenMs, chunkGapsMs = [] }: RequestRecord): number[] {
  if (firstTokenMs === undefined) return []
  let atMs = firstTokenMs
  return [firstTokenMs, ...chunkGapsMs.map((gapMs) => (atMs += gapMs))]
}
