import { describe, expect, test } from 'vitest'
import { buildResult } from '../measure/build-result.ts'
import { lanesLoad, okRecord, runHeader, unansweredRecord } from '../testing/run.fixture.ts'
import { renderSummary } from './summary-table.ts'

function pointOf(lanes: number, requests: number) {
  const load = lanesLoad({ lanes, until: { kind: 'window', durationMs: 60_000 } })
  const header = runHeader(load, { corpus: { origin: 'synthetic' } })
  const records = Array.from({ length: requests }, (_, i) => okRecord({ id: `0.${i}.0.0`, firstTokenMs: 1100 + i }))
  return buildResult({
    header,
    records,
    phases: [{ phase: 'profiling', startMs: 0, endMs: 60_000 }],
    ended: 'window',
  })
}

const failure = unansweredRecord({ kind: 'failed', class: 'connect', message: '' })

test('a row per point, and each reason once', () => {
  expect(renderSummary([pointOf(1, 60), pointOf(8, 120)])).toMatchInlineSnapshot(`
    "Lanes  Reqs  Failed    TTFT    TTFT    TPOT  Output    Hit    Hit    Late  Validity
                         p50 ms  p90 ms  p50 ms   tok/s   rate  ideal  p99 ms
    -------------------------------------------------------------------------------------
        1    60       0     130     153    47.0    11.0  64.0%  70.4%    10.0  indicative
        8   120       0     160     207    44.0    22.0  64.0%  70.4%    10.0  indicative

    - no intervals: fewer than three effective plays (few-plays)
    - synthetic-corpus: the sessions were generated, not recorded. Use a recorded corpus to compare with
      others.
    - short-window: 60 s were measured; 900 s or more show a steady state.
    - [lanes 1] few-requests: 60 requests ended well; below 100 the high percentiles are guesses. Run
      longer or with more lanes.
    - [lanes 1; likewise 8] few-plays: the 60 requests come from 1 play of session trees, which tell as
      much as 1.0 of equal size; below 10 a single tree decides the figures. Run longer or with more
      lanes.
    - stalled: the last token came after 2.7 % of the window. The server stalled, or the lanes were all
      waiting."
  `)
})

test('what was not measured is a dash', () => {
  const result = buildResult({ header: runHeader(), records: [failure], phases: [], ended: 'window' })
  expect(renderSummary([result])).toMatchInlineSnapshot(`
    "Lanes  Reqs  Failed    TTFT    TTFT    TPOT  Output   Hit    Hit    Late  Validity
                         p50 ms  p90 ms  p50 ms   tok/s  rate  ideal  p99 ms
    ----------------------------------------------------------------------------------
        4     1       1       -       -       -       -     -      -    10.0  invalid

    - no-ok-request: not one request ended well: 1 failed, 0 truncated, 0 cancelled; nothing was
      measured. Check the server, or give the run more time.
    - failed-requests: 1 of 1 requests failed (100 %, limit 10 %): 1 connect. Mend the server or lower
      the load, then run again."
  `)
})

test('a percentile that cut-off requests hide and a pace that nobody saw are dashes', () => {
  const { tokensInFirstChunk: _, ...atOnce } = okRecord({ chunksInFirstRead: 11, lastTokenMs: 1100 })
  const records = [atOnce, atOnce, atOnce, unansweredRecord({ kind: 'cancelled' })]
  const phases = [{ phase: 'profiling' as const, startMs: 0, endMs: 2000 }]
  const [, , , row] = renderSummary([buildResult({ header: runHeader(), records, phases, ended: 'window' })]).split(
    '\n',
  )
  expect(row!.trim().split(/ +/).slice(0, 6)).toEqual(['4', '4', '0', '100', '-', '-'])
})

describe('fits a terminal', () => {
  const rows = [pointOf(1, 5), pointOf(1024, 300)]
  // Large figures in every column.
  const wide = { ...rows[1]!, counts: { ...rows[1]!.counts, requests: 9_999_999, failed: 999_999 } }
  const lines = renderSummary([rows[0]!, wide]).split('\n')

  test('of 100 columns', () => {
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100)
  })
  test('in plain ASCII, without colours', () => {
    expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/)
  })
})

test('nothing at all is a table without rows', () => {
  expect(renderSummary([])).toContain('Lanes')
})

test('how the times of recorded subagents were read stands below the table, once', () => {
  const run = (basis: 'start-absolute' | 'none', decidedBy: 'traces' | 'option') => {
    const facts = {
      blockSize: 16,
      blockIds: { turns: 1, tooFewIds: 0, tooManyIds: 0, noIds: 0, noInput: 0 },
      subagentTimes: { basis, decidedBy, contraryTraces: 0 },
    }
    return buildResult({
      header: runHeader(undefined, { corpus: { origin: 'recorded', facts } }),
      records: [],
      phases: [],
    })
  }
  const notes = (...results: Parameters<typeof renderSummary>[0]) =>
    renderSummary(results)
      .split('\n')
      .filter((line) => line.includes('subagent times'))
  expect(notes(run('start-absolute', 'traces'), run('start-absolute', 'traces'))).toEqual([
    '- subagent times: read as start-absolute, as the traces show',
  ])
  expect(notes(run('start-absolute', 'option'))).toEqual([
    '- subagent times: read as start-absolute, as --subagent-times says',
  ])
  expect(notes(run('none', 'traces'))).toEqual([])
})
