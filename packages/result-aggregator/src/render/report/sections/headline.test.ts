import { expect, test } from 'vitest'
import { buildResult } from '../../../measure/build-result.ts'
import { lanesLoad, okRecord, runHeader } from '../../../testing/run.fixture.ts'
import { groupRuns, labelRuns } from '../content/group-runs.ts'
import { marksOf } from '../content/marks-of.ts'
import type { ReportRun } from '../content/report-run.ts'
import { headline } from './headline.ts'

/** A run of one request of 1000 prompt tokens and 11 of a reply, in a window of two seconds. */
function run(lanes: number, { ttftMs = 100, cachedTokens = 1000, gpus = 2 } = {}): ReportRun {
  const phases = [{ phase: 'profiling' as const, startMs: 0, endMs: 2_000 }]
  const times = {
    sentMs: 0,
    firstTokenMs: ttftMs,
    firstAnswerMs: ttftMs,
    lastTokenMs: ttftMs + 100,
    doneMs: ttftMs + 100,
  }
  const record = okRecord({ ...times, plannedInputTokens: 1000, inputTokens: 1000, cachedTokens })
  const header = runHeader(lanesLoad({ lanes }), { identity: { model: 'm', gpus } })
  const result = buildResult({ header, phases, records: [record], ended: 'window' })
  const cacheHit = { ...result.cacheHit, ideal: 1 }
  const validity = { ...result.validity, verdict: 'indicative' as const }
  return { name: 'run', result: { ...result, cacheHit, validity }, phases, requests: [] }
}

function shown(...runs: ReportRun[]): string[] {
  const groups = groupRuns(runs)
  const labelled = labelRuns(groups)
  const { text } = headline(labelled, { groups: groups.map(({ name }) => name), marks: marksOf(labelled) })
  const cards = text.slice(text.indexOf('<dl class="cards">'), text.indexOf('</dl>'))
  return [...cards.matchAll(/<dd>(.*?)<\/dd>/g)].map(([, card]) => card!.replaceAll(/<[^>]+>/g, ''))
}

test('the best throughput, both ends of TTFT and TPOT, and the most hits that were lost, each with its point', () => {
  const slow = run(16, { ttftMs: 1_500, cachedTokens: 750 })
  expect(shown(run(4), slow)).toEqual([
    // 11 tokens in two seconds.
    '5.50 output tok/s at 4 lanes; 2.75 per GPU',
    '100 ms to 1.50 s at 4 lanes and 16 lanes',
    '10.0 ms at 4 lanes',
    '25.0 points at most, at 16 lanes',
  ])
})

test('an invalid run is no headline while there is another', () => {
  const best = run(4, { ttftMs: 10 })
  const invalid = {
    ...best,
    result: { ...best.result, validity: { ...best.result.validity, verdict: 'invalid' as const } },
  }
  expect(shown(invalid, run(8))[1]).toBe('100 ms at 8 lanes')
  expect(shown(invalid)[1]).toBe('10.0 ms at 4 lanes')
})
