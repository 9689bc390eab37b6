import { expect, test } from 'vitest'
import { renderPrecision } from '../render/precision-text.ts'
import type { PrecisionTarget } from '../result/precision.ts'
import { okRecord } from '../testing/run.fixture.ts'
import { PrecisionWatch } from './precision-watch.ts'

const minuteMs = 60_000
const fromMs = 5_000
const target: PrecisionTarget = { metric: 'ttft', percentile: 50, halfWidthShare: 0.05 }

/** A request a second, of as many plays in turn, whose times to first token go from 100 to so much more. */
function* requests({ plays, spreadMs }: { plays: number; spreadMs: number }, minutes: number) {
  for (let i = 0; i < minutes * 60; i += 1) {
    const sentMs = fromMs + i * 1_000
    const firstTokenMs = sentMs + 100 + ((i * 37) % 100) * (spreadMs / 100)
    yield okRecord({ lane: i % plays, sentMs, firstTokenMs, doneMs: firstTokenMs + 10 })
  }
}

/** The minute of profiling at which the watch says that it is enough. */
function enoughAt(watch: PrecisionWatch, of: { plays: number; spreadMs: number }, minutes = 60): number | undefined {
  watch.begin(fromMs)
  for (const record of requests(of, minutes)) if (watch.add(record)) return (record.doneMs - fromMs) / minuteMs
  return undefined
}

test('it is enough at the first look at which the interval is narrow enough, and looks are ten minutes apart', () => {
  const exact = new PrecisionWatch(target)
  expect(enoughAt(exact, { plays: 20, spreadMs: 20 })).toBeCloseTo(10, 0)
  expect(exact.precision).toMatchObject({ ...target, looks: 1, atMs: 10 * minuteMs })
  expect(exact.precision.reachedShare).toBeLessThan(0.05)

  const wide = new PrecisionWatch({ ...target, halfWidthShare: 0.001 })
  expect(enoughAt(wide, { plays: 20, spreadMs: 400 })).toBeUndefined()
  expect(wide.precision).toMatchObject({ looks: 5, atMs: 50 * minuteMs })
  expect(renderPrecision(wide.precision)).toMatch(
    /to \+-0.1 % .* is known to \+-[\d.]+ % after 50 min .*: not reached$/,
  )
})

test('never before the floors of time and plays, however narrow it looks', () => {
  const few = new PrecisionWatch(target)
  expect(enoughAt(few, { plays: 8, spreadMs: 0 })).toBeUndefined()
  expect(few.precision).toMatchObject({ looks: 5, notEstimable: 'few-plays' })
  const pace = new PrecisionWatch({ ...target, metric: 'tpot' })
  expect(enoughAt(pace, { plays: 20, spreadMs: 0 }, 29)).toBeUndefined()
  expect(pace.precision).toEqual({ ...target, metric: 'tpot', looks: 0 })
  expect(renderPrecision(pace.precision)).toMatch(/ended before its first look$/)
})

test('what is not measured does not count', () => {
  const watch = new PrecisionWatch(target)
  for (const record of requests({ plays: 20, spreadMs: 0 }, 30)) expect(watch.add(record)).toBe(false)
  watch.begin(fromMs)
  for (const record of requests({ plays: 20, spreadMs: 0 }, 30))
    expect(watch.add({ ...record, phase: 'warmup' })).toBe(false)
  expect(watch.precision.looks).toBe(0)
})
