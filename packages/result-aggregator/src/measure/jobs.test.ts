import type { Plan, RequestRecord } from '@reprise/replay-engine'
import { describe, expect, test } from 'vitest'
import { okRecord, onePlan, unansweredRecord } from '../testing/run.fixture.ts'
import { busyTime } from './busy-time.ts'
import { JobMeter } from './jobs.ts'

/** A root of two turns with a subagent of one. */
const plan: Pick<Plan, 'trees'> = {
  trees: [
    {
      traceId: 'trace_a',
      trace: 0,
      sessions: [
        { id: 'root', turns: onePlan(undefined, { turns: 2 }).trees[0]!.sessions[0]!.turns },
        { id: 'child', parent: 0, turns: onePlan(undefined, { turns: 1 }).trees[0]!.sessions[0]!.turns },
      ],
    },
  ],
}
const windows = [{ startMs: 0, endMs: 36_000 }]

/** Due at `from`, sent 10 ms later, done at `to`. `place`: `session.turn`. */
function turnOf(
  lane: number,
  play: number,
  place: string,
  [from, to]: [number, number],
  changes: Partial<RequestRecord> = {},
) {
  const [session, turn] = place.split('.').map(Number) as [number, number]
  return okRecord({
    id: `${lane}.${play}.${session}.${turn}`,
    lane,
    play,
    turn,
    session: session === 0 ? 'root' : 'child',
    dueMs: from,
    sentMs: from + 10,
    doneMs: to,
    ...changes,
  })
}

function figures(records: readonly RequestRecord[], scale = { users: 2, gpus: 8 }) {
  const meter = new JobMeter({ plan, windows, scale })
  for (const record of records) meter.add(record)
  return meter.result({ endMs: 36_000, windowMs: 36_000 })
}

/** From 1,000 to 9,000: in flight 1,010-3,000, 2,010-5,000 and 8,010-9,000. */
const whole = (lane = 0, play = 0) => [
  turnOf(lane, play, '0.0', [1_000, 3_000]),
  turnOf(lane, play, '1.0', [2_000, 5_000]),
  turnOf(lane, play, '0.1', [8_000, 9_000]),
]

describe('whole jobs', () => {
  test('one that was answered to its last turn: its length with the thinking, and its share of work', () => {
    expect(figures(whole())).toEqual({
      begun: 1,
      completed: 1,
      completedWithFailures: 0,
      truncated: 0,
      unfinished: 0,
      durationMs: { n: 1, p50: 8_000, p75: 8_000, p90: 8_000, p95: 8_000, p99: 8_000 },
      // (5,000 - 1,010 + 9,000 - 8,010) / 8,000
      busyShare: 0.6225,
      // One in 36 s is a hundred an hour.
      perHour: 100,
      perHourPerUser: 50,
      perHourPerGpu: 12.5,
      sessions: {
        root: { begun: 1, completed: 1, durationMs: expect.objectContaining({ n: 1, p50: 8_000 }) },
        subagent: { begun: 1, completed: 1, durationMs: expect.objectContaining({ n: 1, p50: 3_000 }) },
      },
    })
  })

  test('in whatever order the records come', () => {
    expect(figures(whole().reverse())).toEqual(figures(whole()))
  })

  test('one under way at the end has lasted at least until then', () => {
    const [first, child] = whole(1)
    const { unfinished, durationMs, perHour, sessions } = figures([...whole(), first!, child!])
    expect({ unfinished, durationMs, perHour }).toEqual({
      unfinished: 1,
      durationMs: { n: 1, cutOff: 1, p50: 8_000 },
      perHour: 100,
    })
    expect([sessions.root.completed, sessions.subagent?.completed]).toEqual([1, 2])
  })

  test('one whose last reply came after the window is none of it', () => {
    const late = [...whole().slice(0, 2), turnOf(0, 0, '0.1', [8_000, 36_001])]
    const { completed, unfinished, perHour } = figures(late)
    expect({ completed, unfinished, perHour }).toEqual({ completed: 0, unfinished: 1, perHour: 0 })
  })

  test('a failed turn: done sooner, so its length counts nowhere, and it is no completed job', () => {
    const failed = unansweredRecord(
      { kind: 'failed', class: 'timeout', message: '' },
      { id: '0.0.0.1', dueMs: 8_000, sentMs: 8_010, doneMs: 9_000 },
    )
    const { completed, completedWithFailures, durationMs, perHour } = figures([...whole().slice(0, 2), failed])
    expect({ completed, completedWithFailures, durationMs, perHour }).toEqual({
      completed: 0,
      completedWithFailures: 1,
      durationMs: undefined,
      perHour: 0,
    })
  })

  test('one whose first turn found no connection was begun all the same, and not found midway', () => {
    const { sentMs: _, ...unsent } = unansweredRecord(
      { kind: 'failed', class: 'connect', message: '' },
      { id: '0.0.0.0', dueMs: 1_000, doneMs: 3_000 },
    )
    const refused = { ...unsent, connectStartMs: 1_010 }
    const { begun, completedWithFailures, foundMidway } = figures([refused, ...whole().slice(1), ...whole(0, 1)])
    expect({ begun, completedWithFailures, foundMidway }).toEqual({
      begun: 2,
      completedWithFailures: 1,
      foundMidway: undefined,
    })
  })

  test('a turn that does not fit ends it', () => {
    const { truncated, unfinished } = figures([
      ...whole().slice(0, 2),
      unansweredRecord({ kind: 'truncated', message: '' }, { id: '0.0.0.1' }),
    ])
    expect({ truncated, unfinished }).toEqual({ truncated: 1, unfinished: 0 })
  })
})

describe('what is no whole job', () => {
  test('a play found midway: its end is an end, its length is not known', () => {
    const midway = turnOf(0, 0, '0.1', [500, 1_000])
    expect(figures([midway, ...whole(0, 1)])).toMatchObject({ begun: 1, completed: 1, foundMidway: 1, perHour: 200 })
    // Whether a play is over shows in the next one of its lane alone.
    expect(figures([midway])).not.toHaveProperty('foundMidway')
  })

  test('one that a break of the run went through', () => {
    const [first, child, last] = whole()
    const { begun, sessions } = figures([first!, child!, { ...last!, attempt: 2 }])
    expect([begun, sessions.root.begun, sessions.subagent?.begun]).toEqual([0, 0, 1])
  })
})

test('rates without a window, users or GPUs are absent', () => {
  const meter = new JobMeter({ plan, windows, scale: {} })
  for (const record of whole()) meter.add(record)
  const rates = ({ perHour, perHourPerUser, perHourPerGpu }: ReturnType<typeof figures>) => [
    perHour,
    perHourPerUser,
    perHourPerGpu,
  ]
  expect(rates(meter.result({ endMs: 36_000, windowMs: 36_000 }))).toEqual([100, undefined, undefined])
  expect(rates(meter.result({ endMs: 36_000, windowMs: undefined }))).toEqual([undefined, undefined, undefined])
})

test('the length of a union, not the sum', () => {
  expect(busyTime([5, 9, 0, 4, 3, 6, 20, 21, 7, 8])).toBe(10)
  expect(busyTime([])).toBe(0)
})
