import type { Objective, ObjectiveShare } from '@reprise/result-aggregator/run'
import { describe, expect, test } from 'vitest'
import { type PointRun, pointOf } from './point.ts'
import type { RunAttempt } from './run-point.ts'
import { exitCodeOfFound, type Search, searchCapacity } from './search-capacity.ts'
import { sizeLadder } from './size-ladder.ts'

const objectives: readonly Objective[] = [{ metric: 'ttft', percentile: 90, bound: 1_000 }]
const never = new AbortController().signal

/** A run in which so large a share is within the bound, and the interval is as wide. */
function runOf(share: number, { seed = 1, uncertainty = 0.02 } = {}): PointRun {
  const [n, within] = [10_000, Math.round(10_000 * Math.max(0, Math.min(1, share)))]
  const verdict = within / n >= 0.9 + uncertainty ? 'keeps' : within / n < 0.9 - uncertainty ? 'breaks' : 'unclear'
  const told: ObjectiveShare = { n, within, uncertainty, verdict, ...(verdict === 'unclear' && { why: 'close' }) }
  return { seed, folder: '', shares: [told] }
}

type Measure = (size: number, seed: number) => PointRun

function search(
  measure: Measure,
  changes: Partial<Search> & { attempt?: (size: number, seed: number) => RunAttempt | undefined } = {},
) {
  const { attempt, ...others } = changes
  const runs: { size: number; seed: number }[] = []
  const found = searchCapacity({
    ladder: sizeLadder({ unit: 'lanes', from: 1, to: 256 }, 0.05),
    start: 8,
    seed: 42,
    pointOf: (size, of) => pointOf(size, of, { objectives, maxRepeats: 5 }),
    measure: async ({ size, seed, number }) => {
      const other = attempt?.(size, seed)
      if (number === undefined && !(other?.kind === 'done' && other.reused)) return { kind: 'not-made' }
      runs.push({ size, seed })
      return other ?? { kind: 'done', run: measure(size, seed), reused: false }
    },
    limits: { maxRuns: 1_000, runMs: 0 },
    signal: never,
    elapsedMs: () => 0,
    ...others,
  })
  return found.then((all) => ({ ...all, runs }))
}

/** Normal deviates by seed and size, always the same. Source: Box and Muller (1958), on a hash by Steele and Vigna's SplitMix. */
function noise(size: number, seed: number): number {
  const uniform = (salt: number) => {
    let x = (size * 0x9e3779b1 + seed * 0x85ebca6b + salt * 0xc2b2ae35) | 0
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
    return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32
  }
  return Math.sqrt(-2 * Math.log(1 - uniform(1))) * Math.cos(2 * Math.PI * uniform(2))
}

describe('searchCapacity', () => {
  test('without noise it finds the edge, confirms both ends by three runs each, and looks once beyond', async () => {
    const { holds, breaks, runs, ended } = await search((size) => runOf(size <= 21 ? 0.99 : 0.5))
    expect({ holds, breaks, ended }).toEqual({ holds: 21, breaks: 22, ended: 'found' })
    const of = (size: number) => runs.filter((run) => run.size === size).map(({ seed }) => seed)
    expect([of(21), of(22), of(16)]).toEqual([[42, 43, 44], [42, 43, 44], [42]])
    expect(runs.at(-1)!.size).toBeGreaterThanOrEqual(33)
  })

  test('of 200 noisy servers whose edge is known, the bracket holds it in at least nine of ten', async () => {
    const spread = 0.015
    let [right, brackets, runs] = [0, 0, 0]
    for (let server = 0; server < 200; server += 1) {
      const edge = 5 + ((server * 13) % 90)
      // 90 % are within the bound at the edge, and two points less for every tenth beyond it.
      const truth = (size: number) => 0.9 + 0.2 * Math.log(edge / size)
      const found = await search((size, seed) =>
        runOf(truth(size) + spread * noise(size + 1_000 * server, seed), { uncertainty: 2.78 * spread }),
      )
      runs += found.runs.length
      const { holds = 0, breaks = Infinity } = found
      if (found.holds !== undefined && found.breaks !== undefined) brackets += 1
      if (holds <= edge && breaks >= edge) right += 1
    }
    expect(right).toBeGreaterThanOrEqual(180)
    expect(brackets).toBeGreaterThanOrEqual(150)
    expect(runs / 200).toBeLessThan(40)
  })

  test('an end that held out by chance is given up when it is confirmed', async () => {
    // 20 lanes keep with the first seed alone.
    const { holds, breaks } = await search((size, seed) =>
      runOf(size < 18 || (size === 20 && seed === 42) ? 0.99 : size < 22 ? 0.85 : 0.5),
    )
    expect(holds).toBeLessThanOrEqual(17)
    expect(breaks).toBeGreaterThan(holds!)
  })

  test('not monotone: named, and the smallest that breaks stands', async () => {
    const { holds, breaks, keepsAbove } = await search((size) => runOf(size <= 10 || size >= 17 ? 0.99 : 0.5))
    expect({ holds, breaks }).toEqual({ holds: 10, breaks: 11 })
    expect(keepsAbove.length).toBeGreaterThan(0)
  })

  test('nothing fits, everything fits', async () => {
    const none = await search(() => runOf(0.1))
    expect(none).toMatchObject({ breaks: 1, ended: 'found' })
    expect(none).not.toHaveProperty('holds')
    const all = await search(() => runOf(1))
    expect(all).toMatchObject({ holds: 256, ended: 'found' })
    expect([exitCodeOfFound(none), exitCodeOfFound(all)]).toEqual([0, 0])
    const unknown = await search((_, seed) => runOf(seed % 2 === 0 ? 0.89 : 0.91))
    expect(exitCodeOfFound(unknown)).toBe(4)
  })

  test('a run that is given up breaks its size, whatever its requests say; one that the client spoilt says nothing', async () => {
    const gave = await search((size) => ({ ...runOf(1), ...(size > 12 && { gaveUp: 'given up: failed-share' }) }))
    expect(gave).toMatchObject({ holds: 12, breaks: 13 })
    const spoilt = await search((size) => ({
      ...runOf(1),
      ...(size > 12 && { unusable: 'the client did not keep up' }),
    }))
    expect(spoilt).toMatchObject({ holds: 12 })
    expect(spoilt).not.toHaveProperty('breaks')
    expect(spoilt.points.at(-1)).toMatchObject({ verdict: 'unclear', note: 'the client did not keep up' })
  })

  test('a server that does not answer ends the search with what is known, and the code of the run', async () => {
    const found = await search((size) => runOf(size <= 21 ? 0.99 : 0.5), {
      attempt: (size) => (size >= 32 ? { kind: 'failed', exitCode: 3 } : undefined),
    })
    expect(found).toMatchObject({ ended: 'failed', holds: 16 })
    expect(exitCodeOfFound(found)).toBe(3)
  })

  test('no more runs than allowed, and none that would last too long; what lay there costs nothing', async () => {
    const measure: Measure = (size) => runOf(size <= 21 ? 0.99 : 0.5)
    const few = await search(measure, { limits: { maxRuns: 2, runMs: 0 } })
    expect(few).toMatchObject({ ended: 'max-runs', holds: 16, runs: { length: 2 } })
    const clock = { ms: 0 }
    const short = await search(measure, {
      limits: { maxRuns: 100, maxMs: 25, runMs: 10 },
      elapsedMs: () => clock.ms,
      attempt: () => {
        clock.ms += 10
        return undefined
      },
    })
    expect(short).toMatchObject({ ended: 'max-time', runs: { length: 2 } })
    const reused = await search(measure, {
      limits: { maxRuns: 0, runMs: 0 },
      attempt: (size) => ({ kind: 'done', run: measure(size, 1), reused: true }),
    })
    expect(reused).toMatchObject({ ended: 'found', holds: 21, breaks: 22 })
  })

  test('asked to stop, it stops between runs and within one', async () => {
    const measure: Measure = () => runOf(0.99)
    expect(await search(measure, { signal: AbortSignal.abort() })).toMatchObject({ ended: 'interrupted', runs: [] })
    const within = await search(measure, { attempt: (size) => (size > 8 ? { kind: 'interrupted' } : undefined) })
    expect(within).toMatchObject({ ended: 'interrupted', holds: 8 })
  })
})
