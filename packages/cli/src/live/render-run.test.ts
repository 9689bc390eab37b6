import { presets } from '@reprise/replay-engine'
import { okRecord } from '@reprise/result-aggregator/testing'
import { describe, expect, test } from 'vitest'
import { renderRunEnd, renderRunLine, renderRunView } from './render-run.ts'
import { RunTally } from './run-tally.ts'

const load = {
  lanes: 8,
  ...presets['agentx-v0.1'].load,
  until: { kind: 'window', durationMs: 3_700_000 },
} as const
const ok = okRecord({
  dueMs: 1_000,
  sentMs: 1_002,
  firstTokenMs: 1_202,
  firstAnswerMs: 1_202,
  lastTokenMs: 2_202,
  doneMs: 2_203,
  plannedOutputTokens: 101,
  outputTokens: 101,
})
const failed = { kind: 'failed', class: 'rate-limited', message: '\u001b[2J' } as const

/** Two lanes busy after ten minutes of profiling, with two good requests, three failures and a cancelled one. */
function halfway(past?: { attempt: number; profiledMs: number }): RunTally {
  const tally = new RunTally(load, past)
  tally.phase({ phase: 'warmup', startMs: 0 })
  tally.phase({ phase: 'warmup', startMs: 0, endMs: 900 })
  tally.phase({ phase: 'profiling', startMs: 1_000 })
  for (const lane of [0, 0, 3, 4]) tally.sent(lane)
  tally.settled(4)
  for (const record of [
    ok,
    { ...ok, firstTokenMs: 1_402, lastTokenMs: 2_402 },
    { ...ok, phase: 'warmup' as const, lastTokenMs: 90_000 },
    ...Array.from({ length: 2 }, () => ({ ...ok, outcome: failed })),
    { ...ok, outcome: { kind: 'failed', class: 'timeout', message: '' } as const },
    { ...ok, outcome: { kind: 'cancelled' } as const },
  ])
    tally.record(record)
  return tally
}

const text = (tally: RunTally, columns: number, options = {}) =>
  renderRunView(tally.view(601_000, options), columns).map((line) => line.text)

describe('warm-up', () => {
  const warming = (ended: number) => {
    const tally = new RunTally(load, { warmupRequests: 8 })
    tally.phase({ phase: 'warmup', startMs: 0 })
    for (let i = 0; i < ended; i += 1) tally.record({ ...ok, phase: 'warmup' })
    return tally
  }

  test('says how many requests are left, and about how long as soon as some have ended', () => {
    expect(text(warming(0), 99)[0]).toBe('8 lanes, warmup  10:01, 8 of 8 requests left')
    expect(text(warming(2), 99)[0]).toBe('8 lanes, warmup  10:01, 6 of 8 requests left, about 30:03')
    expect(renderRunLine(warming(8).view(601_000))).toMatch(/^8 lanes, warmup: 10:01, 0 of 8 requests left; /)
  })
})

describe('the live view', () => {
  test('has a clock whose parts add up between two seconds', () => {
    const line = renderRunLine(halfway().view(601_500))
    expect(line).toMatch(/^8 lanes, profiling: 10:00 of 1:01:40, 51:40 left/)
  })

  test('says phase, time, lanes, requests, latencies, rates and failures; nothing of the terminal gets through', () => {
    expect(text(halfway(), 99)).toEqual([
      '8 lanes, profiling  10:00 of 1:01:40, 51:40 left  [####....................]',
      '2 of 8 lanes busy, 3 in flight; 7 requests ended (3 ok, 1 cancelled)',
      'TTFT p50 200 ms, p90 400 ms  TPOT p50 9.9 ms, p90 9.9 ms',
      'output 0.3 tok/s (of ended requests)  late p99 2.0 ms',
      'failed: 2 rate-limited, 1 timeout',
    ])
    expect(renderRunView(halfway().view(601_000), 99).map(({ tone }) => tone)).toEqual([
      'strong',
      'plain',
      'plain',
      'plain',
      'bad',
    ])
  })

  test.each([20, 40, 60, 79])('fits %i columns', (columns) => {
    for (const line of text(halfway(), columns)) expect(line.length).toBeLessThanOrEqual(columns)
  })

  test('knows nothing at first, and says so', () => {
    const tally = new RunTally({ ...load, lanes: 1 })
    expect(text(tally, 99)).toEqual([
      '1 lane, starting  0:00',
      '0 of 1 lane busy, 0 in flight; 0 requests ended (0 ok)',
      'TTFT -  TPOT -',
      'output -  late p99 -',
    ])
  })

  test('of a resumed run counts down what is left of the window', () => {
    expect(text(halfway({ attempt: 2, profiledMs: 3_000_000 }), 99)[0]).toContain(
      '8 lanes, profiling (attempt 2)  10:00 of 11:40, 1:40 left',
    )
  })

  test('of a run that was asked to stop counts down the drain', () => {
    const tally = halfway()
    tally.phase({ phase: 'profiling', startMs: 1_000, endMs: 600_000 })
    tally.phase({ phase: 'drain', startMs: 600_000 })
    expect(text(tally, 99, { stopping: true })[0]).toContain('8 lanes, stopping  0:01 of 1:00, 0:59 left')
  })
})

test('one plain line says the same', () => {
  expect(renderRunLine(halfway().view(601_000))).toBe(
    '8 lanes, profiling: 10:00 of 1:01:40, 51:40 left; 2 of 8 lanes busy, 3 in flight; 7 requests ended (3 ok, 1 cancelled); ' +
      'failed: 2 rate-limited, 1 timeout; TTFT p50 200 ms; TPOT p50 9.9 ms; output 0.3 tok/s',
  )
})

test('a run that is over leaves one line', () => {
  expect(renderRunEnd(halfway().view(601_000))).toBe(
    '8 lanes: over; 7 requests ended (3 ok, 1 cancelled); failed: 2 rate-limited, 1 timeout',
  )
})
