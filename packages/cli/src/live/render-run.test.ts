import { presets } from '@reprise/replay-engine/presets'
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
function halfway(past?: ConstructorParameters<typeof RunTally>[1]): RunTally {
  const tally = new RunTally(load, past)
  tally.phase({ phase: 'warmup', startMs: 0 })
  tally.phase({ phase: 'warmup', startMs: 0, endMs: 900 })
  tally.phase({ phase: 'profiling', startMs: 1_000 })
  for (const lane of [0, 0, 3, 4]) tally.sent({ lane, inputTokens: 1_000 })
  tally.settled({ lane: 4, inputTokens: 1_000 })
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

const warmup = { requests: 8, inputTokens: 160_000, longestOutputTokens: 400 }
const length = { load: '8 lanes', warmup, quiesceMs: 5_000, windowMs: 3_700_000, drainMs: 60_000 }
const about = { ...length, warmup: { ...warmup, aboutMs: 40_000 }, aboutMs: 3_805_000 }
const place = { point: 2, of: 4, laterMs: 1_800_000 }

/** All lanes have sent their warm-up, and so many replies have come; the others wait since 10 s. */
function warming(ended: number, outlook: ConstructorParameters<typeof RunTally>[1] = { length }): RunTally {
  const tally = new RunTally(load, outlook)
  tally.phase({ phase: 'warmup', startMs: 591_000 })
  for (let lane = 0; lane < 8; lane += 1) tally.sent({ lane, inputTokens: 20_000 })
  for (let lane = 0; lane < ended; lane += 1) {
    tally.settled({ lane, inputTokens: 20_000 })
    tally.record({ ...ok, phase: 'warmup', plannedInputTokens: 20_000 })
  }
  return tally
}

describe('warm-up', () => {
  test('says what it waits for, and about how long as soon as anything shows it', () => {
    const head = (tally: RunTally) => text(tally, 199)[0]!.replace(/ +\[.*/, '')
    expect(head(warming(0))).toBe('8 lanes, warmup  0:10, waits for 8 prompts of 160,000 tokens')
    expect(head(warming(0, { length: about }))).toBe(
      '8 lanes, warmup  0:10, waits for 8 prompts of 160,000 tokens, about 30 s',
    )
    expect(head(warming(7))).toBe('8 lanes, warmup  0:10, waits for 1 prompt of 20,000 tokens, about 1 s')
    expect(head(warming(2))).toBe('8 lanes, warmup  0:10, waits for 6 prompts of 120,000 tokens, about 30 s')
    expect(renderRunLine(warming(8).view(601_000))).toMatch(/^8 lanes, warmup: 0:10, 0 of 8 requests left; /)
  })
})

describe('of several runs', () => {
  test('it says which it is, and how long all will be', () => {
    const places = (tally: RunTally) => /point [^;]*left/.exec(renderRunLine(tally.view(601_000)))?.[0]
    // 30 s of 40 are left of its warm-up.
    expect(places(warming(0, { length: about, place }))).toBe('point 2 of 4, 1 h 33 min left')
    expect(places(halfway({ length: about, place }))).toBe('point 2 of 4, 1 h 23 min left')
    expect(places(halfway({ length, place }))).toBeUndefined()
    expect(renderRunLine(halfway({ length, place }).view(601_000))).toMatch(/^point 2 of 4; 8 lanes, profiling/)
    expect(renderRunLine(halfway({ length, place: { point: 1, of: 1, laterMs: 0 } }).view(601_000))).not.toMatch(
      /point/,
    )
  })
})

describe('in a terminal', () => {
  const draining = halfway({ length: about, place })
  draining.phase({ phase: 'profiling', startMs: 1_000, endMs: 590_000 })
  draining.phase({ phase: 'drain', startMs: 590_000 })
  const rate = new RunTally({ ...presets.rate.load, sessionsPerS: 2.5 }, { place: { point: 1, of: 3 } })
  rate.phase({ phase: 'profiling', startMs: 1_000 })
  const states: readonly (readonly [string, RunTally, { stopping?: boolean }?])[] = [
    ['before its first request', new RunTally(load, { length: about, place: { ...place, point: 1 } })],
    ['warm-up, no reply yet', warming(0, { length: about, place })],
    ['warm-up, one prompt is left', warming(7, { length: about, place })],
    ['profiling, with failures', halfway({ length: about, place })],
    ['profiling, the only run', halfway()],
    ['asked to stop', draining, { stopping: true }],
    ['sessions that arrive at a rate', rate],
  ]

  test.each([80, 100, 140])('of %i columns', async (columns) => {
    // The last column stays free.
    const shown = states.map(([title, tally, options]) =>
      [`# ${title}`, ...text(tally, columns - 1, options), ''].join('\n'),
    )
    for (const line of shown.join('\n').split('\n')) expect(line.length).toBeLessThan(columns)
    await expect(shown.join('\n')).toMatchFileSnapshot(`golden/run-view-${columns}.txt`)
  })
})

describe('the live view', () => {
  test('has a clock whose parts add up between two seconds', () => {
    const line = renderRunLine(halfway().view(601_500))
    expect(line).toMatch(/^8 lanes, profiling: 10:00 of 1:01:40, 51:40 left/)
  })

  test('says phase, time, lanes, requests, latencies, rates and failures; nothing of the terminal gets through', () => {
    expect(text(halfway(), 99)).toEqual([
      '8 lanes, profiling  10:00 of 1:01:40, 51:40 left  [######....................................] 16 %',
      '2 of 8 lanes busy, 3 in flight  7 requests ended (3 ok, 1 cancelled)',
      'output 0.3 tok/s (of ended requests)  cached 64 %  late p99 2.0 ms',
      'TTFT p50 200 ms, p90 400 ms, p99 400 ms  TPOT p50 9.9 ms, p90 9.9 ms, p99 9.9 ms',
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
      '0 of 1 lane busy, 0 in flight  0 requests ended (0 ok)  output -  late p99 -',
      'TTFT -  TPOT -',
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
      'failed: 2 rate-limited, 1 timeout; TTFT p50 200 ms, p90 400 ms; TPOT p50 9.9 ms, p90 9.9 ms; output 0.3 tok/s',
  )
})

test('a run that is over leaves one line', () => {
  expect(renderRunEnd(halfway().view(601_000))).toBe(
    '8 lanes: over; 7 requests ended (3 ok, 1 cancelled); failed: 2 rate-limited, 1 timeout',
  )
})
