import { expect, test } from 'vitest'
import { okRecord, unansweredRecord } from '../../../testing/run.fixture.ts'
import { decodeTimeline } from '../client/decode-timeline.ts'
import { encodeTimeline, shareRows } from './encode-timeline.ts'

const neverSent = unansweredRecord(
  { kind: 'truncated', message: 'too long\u001b[31m' },
  { id: '1.0.0.1', lane: 1, turn: 1, dueMs: 5000, doneMs: 5000 },
)
delete neverSent.sentMs
const requests = [
  okRecord({
    id: '1.0.0.0',
    lane: 1,
    sentMs: 1234.56,
    dueMs: 1230,
    firstTokenMs: 1300.04,
    lastTokenMs: 1600,
    doneMs: 1610,
  }),
  neverSent,
  okRecord({
    id: '0.0.1.0',
    session: 'agent_1',
    dueMs: 3000,
    sentMs: 3000,
    firstTokenMs: 3100,
    lastTokenMs: 3100,
    doneMs: 3100,
  }),
  unansweredRecord({ kind: 'failed', class: 'server-error', status: 500, message: 'no\nmemory' }, { phase: 'warmup' }),
  okRecord({ id: '0.0.0.1', turn: 1, dueMs: 2000, sentMs: 2000, firstTokenMs: 2100, lastTokenMs: 2200, doneMs: 2210 }),
]
delete requests[4]!.cachedTokens

test('what is encoded comes back, by lane and begin, to a tenth of a millisecond', () => {
  const trees = [
    {
      traceId: 'trace_a',
      trace: 0,
      sessions: [
        { id: 'root', turns: [] },
        { id: 'agent_1', parent: 0, turns: [] },
      ],
    },
  ]
  const rows = decodeTimeline(encodeTimeline(requests, { maxRows: 99, trees }))
  expect(rows.map(({ lane, session, turn, outcome, phase }) => [lane, session.id, turn, outcome, phase])).toEqual([
    [0, 'root', 0, 'failed', 'warmup'],
    [0, 'root', 1, 'ok', 'profiling'],
    [0, 'agent_1', 0, 'ok', 'profiling'],
    [1, 'root', 0, 'ok', 'profiling'],
    [1, 'root', 1, 'truncated', 'profiling'],
  ])
  expect(rows[0]).toMatchObject({ sentMs: 1000, doneMs: 1610, message: 'server-error 500: no memory' })
  expect(rows[0]).not.toHaveProperty('firstTokenMs')
  expect(rows[1]).toMatchObject({
    firstTokenMs: 2100,
    lastTokenMs: 2200,
    doneMs: 2210,
    inputTokens: 1000,
    outputTokens: 11,
  })
  // Ten tokens after the first, in a tenth of a second.
  expect(rows[1]!.tpotMs).toBe(10)
  expect(rows[0]).not.toHaveProperty('tpotMs')
  expect(rows[1]).not.toHaveProperty('cachedTokens')
  expect(rows[2]!.session).toEqual({ id: 'agent_1', trace: 0, parent: 'root', root: false })
  expect(rows[3]).toMatchObject({ sentMs: 1234.6, lateMs: 4.6, firstTokenMs: 1300, doneMs: 1610, cachedTokens: 640 })
  expect(rows[4]).toMatchObject({ beginMs: 5000, doneMs: 5000, message: 'too long [31m' })
  expect(rows[4]).not.toHaveProperty('sentMs')
})

test('a small budget leaves out whole lanes, and says how many there are', () => {
  const columns = encodeTimeline(requests, { maxRows: 4 })
  expect(columns).toMatchObject({ rows: 3, requests: 5, lanes: [[0, 3]], lanesInRun: 2 })
  expect(encodeTimeline(requests, { maxRows: 1 }).lanes).toEqual([[0, 3]])
})

test('small points get all they need, large ones share the rest', () => {
  expect(shareRows([10, 2000, 30, 2000], 1000)).toEqual([10, 480, 30, 480])
  expect(shareRows([10, 20], 1000)).toEqual([10, 20])
  expect(shareRows([], 1000)).toEqual([])
})
