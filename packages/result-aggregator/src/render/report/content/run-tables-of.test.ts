import { expect, test } from 'vitest'
import { okRecord, unansweredRecord } from '../../../testing/run.fixture.ts'
import { failureRows } from './failure-rows.ts'
import { slowestRequests, slowestSessions } from './slowest.ts'

/** Sent at an instant, and answered after so long. */
function request(id: string, sentMs: number, tookMs: number, more: Parameters<typeof okRecord>[0] = {}) {
  const lastTokenMs = sentMs + tookMs
  const times = { dueMs: sentMs - 10, sentMs, firstTokenMs: sentMs + 50, firstAnswerMs: sentMs + 50 }
  return okRecord({ id, ...times, lastTokenMs, doneMs: lastTokenMs, ...more })
}

test('the slowest requests first, twenty at most, of those that were measured and ended well', () => {
  const many = Array.from({ length: 25 }, (_, i) => request(`r${i}`, 1_000, 100 + i))
  const others = [
    request('warm', 0, 9_000, { phase: 'warmup' }),
    unansweredRecord({ kind: 'cancelled' }, { id: 'cut', doneMs: 90_000 }),
  ]
  const rows = slowestRequests([...many, ...others])
  expect(rows).toHaveLength(20)
  // 124 ms in all, 50 of them to the first token, and 74 for the ten after it.
  expect(rows[0]).toEqual(['r24', 'trace_a', 'root', '0', '124', '50.0', '7.40', '1,000', '640', '11'])
  expect(rows[19]![0]).toBe('r5')
})

test('a session takes from when its first turn is due to the end of its last', () => {
  const long = [request('a', 1_000, 500, { lane: 3 }), request('b', 9_000, 1_000, { lane: 3, turn: 1 })]
  const failed = unansweredRecord(
    { kind: 'failed', class: 'timeout', message: 'no' },
    { lane: 1, dueMs: 0, sentMs: 0, doneMs: 4_000 },
  )
  expect(slowestSessions([failed, ...long])).toEqual([
    // 990 to 10,000 ms, in 1,500 of which a request was in flight.
    ['trace_a', 'root', '3', '0', '2', '0', '9.01', '16.6%'],
    ['trace_a', 'root', '1', '0', '1', '1', '4.00', '100.0%'],
  ])
})

test('failures by class, status and turns, beside all that were sent of these turns', () => {
  const failed = (turn: number, status?: number) =>
    unansweredRecord(
      {
        kind: 'failed',
        class: 'server-error',
        message: `no\u001b[31m ${turn}`,
        ...(status !== undefined && { status }),
      },
      { turn },
    )
  const rows = failureRows([
    failed(4, 500),
    failed(7, 500),
    failed(7, 503),
    failed(0),
    request('a', 0, 99, { turn: 5 }),
  ])
  expect(rows).toEqual([
    ['profiling', 'server-error', '500', '4 to 7', '2', '4', 'no [31m 4'],
    ['profiling', 'server-error', '503', '4 to 7', '1', '4', 'no [31m 7'],
    ['profiling', 'server-error', 'none', '0', '1', '1', 'no [31m 0'],
  ])
})
