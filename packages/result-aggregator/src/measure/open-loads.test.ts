import { presets } from '@reprise/replay-engine/presets'
import { describe, expect, test } from 'vitest'
import { renderSummary } from '../render/summary-table.ts'
import type { Result } from '../result/result.ts'
import { calmClient, okRecord, runHeader, unansweredRecord } from '../testing/run.fixture.ts'
import { RunMeasure } from './run-measure.ts'

const phases = [{ phase: 'profiling', startMs: 0, endMs: 1_800_000 }] as const

/** A thousand sessions; of these so many began 60 ms late, and so many never. */
function ofRate({ late = 0, unsent = 0 }: { readonly late?: number; readonly unsent?: number }): Result {
  const plain = runHeader({ sessionsPerS: 2, ...presets.rate.load })
  const header = { ...plain, plan: { ...plain.plan, preset: { name: 'rate', changed: [] }, arrivals: 1_000 } }
  const measure = new RunMeasure({ header, phases })
  for (let i = 0; i < 1_000; i += 1) {
    const place = { id: `${i}.0.0.0`, lane: i }
    if (i < unsent) {
      const { sentMs: _, ...never } = unansweredRecord({ kind: 'cancelled' }, { ...place, dueMs: 1, doneMs: 1_800_000 })
      measure.add(never)
    } else measure.add(okRecord({ ...place, dueMs: i < unsent + late ? 940 : 999 }))
    if (i >= unsent) measure.add(okRecord({ ...place, id: `${i}.0.0.1`, turn: 1, dueMs: 999 }))
  }
  return measure.result({ ended: 'window', health: calmClient })
}

const codes = ({ validity }: Result) => validity.reasons.map((reason) => reason.split(':')[0])

describe('a rate', () => {
  test('counts its arrivals by their first requests', () => {
    expect(ofRate({ late: 3, unsent: 2 }).arrivals).toEqual({ planned: 1_000, sent: 998, late: 3, unsent: 2 })
  })

  test('one session in a thousand may come late; more says so, and one in twenty makes the result invalid', () => {
    expect(codes(ofRate({ late: 1 }))).not.toContain('late-arrivals')
    expect(ofRate({ unsent: 2 }).validity.reasons.find((reason) => reason.startsWith('late-arrivals'))).toMatch(
      /of 1000 sessions 0 began more than 50 ms late and 2 never \(limit 0.1 %\)/,
    )
    const hopeless = ofRate({ late: 30, unsent: 21 })
    expect(hopeless.validity.verdict).toBe('invalid')
    expect(codes(hopeless)[0]).toBe('late-arrivals')
  })

  test('has no lanes, and its reasons name none', () => {
    const { reasons } = ofRate({ late: 30 }).validity
    expect(reasons.join()).toMatch(/or a lower rate/)
    expect(reasons.join()).not.toMatch(/lanes/)
  })

  test('its table shows the time from due', () => {
    const text = renderSummary([ofRate({})])
    expect(text).toMatch(/Sessions +Reqs +Failed +TTFT due/)
    expect(text).toMatch(/^ +2 +2000 /m)
    expect(ofRate({}).metrics.co_ttft?.p50).toBe(101)
    expect(text).toMatch(/2000 +0 +101 /)
  })
})

describe('a schedule', () => {
  const ofSchedule = (targets: readonly (number | undefined)[]) => {
    const plain = runHeader(presets['fixed-schedule'].load)
    const measure = new RunMeasure({ header: plain, phases })
    for (const [i, targetMs] of targets.entries())
      measure.add(okRecord({ id: `0.0.0.${i}`, ...(targetMs !== undefined && { targetMs }) }))
    return measure.result({ ended: 'passes' })
  }

  test('tells how much later than recorded its requests left: the wait for other replies, and the client', () => {
    const result = ofSchedule([1_000, 990, 900])
    expect(result.metrics.schedule_drift).toMatchObject({ unit: 'ms', n: 3, excluded: 0, min: 0, p50: 10, max: 100 })
    expect(renderSummary([result])).toMatch(/^Speed-/)
    const mixed = renderSummary([result, ofRate({})])
    expect(mixed).toMatch(/Load +Reqs/)
    expect(mixed).toMatch(/^schedule x 1 +3 /m)
    expect(renderSummary([result])).toMatch(/Drift\s/)
  })

  test('a load without recorded times has none', () => {
    expect(ofSchedule([undefined]).metrics.schedule_drift).toBeUndefined()
    expect(renderSummary([ofSchedule([undefined])])).not.toMatch(/Drift/)
  })
})
