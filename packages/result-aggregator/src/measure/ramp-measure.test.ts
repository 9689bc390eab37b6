import type { RequestRecord } from '@reprise/replay-engine'
import { planDigest } from '@reprise/replay-engine'
import { synthCorpus } from '@reprise/trace'
import { expect, test } from 'vitest'
import { RunAudit } from '../audit/run-audit.ts'
import { planFacts } from '../result/run-header.ts'
import { type Breaking, type PlayedRun, playRun } from '../testing/played-run.fixture.ts'
import { runHeader } from '../testing/run.fixture.ts'
import { RampMeasure } from './ramp-measure.ts'

const ramp = { lanes: [1, 3, 6], settleMs: 20_000, windowMs: 120_000 }
const corpus = synthCorpus({ seed: 7, traces: 12, scale: 0.05, turnScale: 0.2 })

const played = (breaking?: Breaking) =>
  playRun({
    corpus,
    lanes: 6,
    overrides: { ramp, until: { kind: 'window', durationMs: 420_000 }, timeScale: 0.1, drainMs: 5_000 },
    ...(breaking && { breakings: [breaking], resumesLast: false }),
  })

function stepsOf({ plan, phases, records, ended }: PlayedRun) {
  const header = runHeader(plan.load, { plan: planFacts(plan, planDigest(plan)) })
  const measure = new RampMeasure({ header, phases, plan })
  for (const record of records) measure.add(record)
  return measure.result({ ended: ended?.reason })!
}

function audit({ records, ...run }: PlayedRun): void {
  const check = new RunAudit(run)
  for (const record of records) check.add(record)
  check.end()
}

/** Tokens come one by one in the script. */
function tokensWithin(records: readonly RequestRecord[], fromMs: number, toMs: number): number {
  let tokens = 0
  for (const { firstTokenMs, chunkGapsMs = [] } of records) {
    if (firstTokenMs === undefined) continue
    let atMs = firstTokenMs
    if (atMs > fromMs && atMs <= toMs) tokens += 1
    for (const gapMs of chunkGapsMs) {
      atMs += gapMs
      if (atMs > fromMs && atMs <= toMs) tokens += 1
    }
  }
  return tokens
}

test('each step has the requests of its window, all tokens that came in it, and its own lanes', async () => {
  const run = await played()
  audit(run)
  const profiling = run.records.filter(({ phase }) => phase === 'profiling')
  const startMs = run.phases.find(({ phase }) => phase === 'profiling')!.startMs
  const steps = stepsOf(run)
  const windows = [20_000, 160_000, 300_000].map((ms) => startMs + ms)
  expect(steps.map(({ load }) => load.kind === 'lanes' && load.lanes)).toEqual([1, 3, 6])
  for (const [i, step] of steps.entries()) {
    const [fromMs, toMs] = [windows[i]!, windows[i]! + 120_000]
    const own = profiling.filter(({ sentMs = 0 }) => sentMs >= fromMs && sentMs < toMs)
    expect(step.counts.requests).toBe(own.length)
    expect(new Set(own.map(({ lane }) => lane)).size).toBe([1, 3, 6][i])
    expect(step.throughput?.windowMs).toBe(120_000)
    expect(step.throughput!.output * 120).toBeCloseTo(tokensWithin(profiling, fromMs, toMs), 6)
    expect(step.completeness.ended).toBe('window')
    expect(step.validity.reasons).toContainEqual(expect.stringMatching(/^ramp: .*1, 3, 6 lanes/))
  }
})

test('no lane sends before its step', async () => {
  const { records, phases } = await played()
  const startMs = phases.find(({ phase }) => phase === 'profiling')!.startMs
  for (const { lane, phase, sentMs = Infinity } of records)
    if (phase === 'profiling')
      expect(sentMs - startMs).toBeGreaterThanOrEqual(lane < 1 ? 0 : lane < 3 ? 140_000 : 280_000)
})

test('what was measured by the time that it was asked to stop is kept: whole steps, and the one that was on', async () => {
  const run = await played({ how: 'interrupted', atMs: 230_000 })
  audit(run)
  const steps = stepsOf(run)
  expect(steps.map(({ completeness }) => completeness.ended)).toEqual(['window', 'interrupted'])
  expect(steps[1]!.throughput!.windowMs).toBeLessThan(80_000)
  expect(stepsOf(await played({ how: 'interrupted', atMs: 150_000 })).map(({ load }) => load)).toHaveLength(1)
})
