import type { RequestRecord, StopCause } from '@reprise/replay-engine'
import { expect, test } from 'vitest'
import { failureThreshold } from './failure-threshold.ts'

/** `ok`, a class of failure, or `too-long` for a prompt that the server refused, and `unsent` for one that the plan did. */
function outcomeOf(name: string): Partial<RequestRecord> & Pick<RequestRecord, 'outcome'> {
  if (name === 'ok') return { sentMs: 0, outcome: { kind: 'ok' } }
  if (name === 'unsent') return { outcome: { kind: 'truncated', message: '' } }
  if (name === 'too-long') return { sentMs: 0, outcome: { kind: 'truncated', message: '' } }
  return { sentMs: 0, outcome: { kind: 'failed', class: name as 'timeout', message: '' } }
}

/** How many of these outcomes are seen before the run is given up, and why; undefined: it goes on. */
function givenUp(outcomes: readonly string[], lanes?: number): (StopCause & { after: number }) | undefined {
  const shouldStop = failureThreshold(lanes)
  const counts = { requests: 0, ok: 0, failed: 0, truncated: 0, cancelled: 0 }
  for (const name of outcomes) {
    const record = outcomeOf(name)
    counts.requests += 1
    counts[record.outcome.kind] += 1
    const cause = shouldStop({ ...counts }, record as RequestRecord)
    if (cause) return { after: counts.requests, ...cause }
  }
  return undefined
}

const many = (n: number, name: string) => new Array<string>(n).fill(name)
const ok = (n: number) => many(n, 'ok')
const failed = (n: number) => many(n, 'server-error')

test('more than a tenth failed, of fifty or more', () => {
  expect(givenUp(failed(80))).toEqual({ after: 50, kind: 'failed-share', failure: 'server-error' })
  expect(givenUp([...failed(5), ...ok(100)])).toBeUndefined()
  expect(givenUp([...ok(90), ...failed(10)])).toBeUndefined()
  expect(givenUp([...ok(90), ...failed(11)])).toMatchObject({ after: 101, kind: 'failed-share' })
})

test('a hundred in a row, however many went well before; two for each lane where that is more', () => {
  const streak = givenUp([...ok(5_000), ...failed(1), ...many(300, 'connect')])
  expect(streak).toEqual({ after: 5_100, kind: 'failed-in-a-row', failure: 'connect' })
  expect(givenUp([...ok(5_000), ...failed(99), ...ok(1), ...failed(99)])).toBeUndefined()
  expect(givenUp([...ok(9_000), ...failed(600)], 256)).toMatchObject({ after: 9_512 })
})

test.each(['connect', 'unauthorized', 'unknown-model', 'bad-request', 'too-long'])(
  'ten refused and none ever taken: %s',
  (name) => {
    expect(givenUp(many(20, name), 500)).toEqual({ after: 10, kind: 'refused', failure: name })
    expect(givenUp([...ok(1), ...many(20, name)], 500)).toBeUndefined()
  },
)

test('ten that the server was too slow for, or failed at, say nothing yet of the eleventh', () => {
  for (const name of ['timeout', 'disconnect', 'server-error', 'rate-limited'])
    expect(givenUp(many(20, name))).toBeUndefined()
})

test('prompts that the server refuses as too long end a run of nothing else; those that were never sent do not', () => {
  expect(givenUp([...ok(500), ...many(300, 'too-long')])).toEqual({
    after: 600,
    kind: 'failed-in-a-row',
    failure: 'too-long',
  })
  expect(givenUp(many(500, 'unsent'))).toBeUndefined()
})
