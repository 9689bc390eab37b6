import { FailureClass } from '@reprise/wire'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRecord, RecordError, renderRecord } from './parse-record.ts'
import type { RequestRecord } from './request-record.ts'
import { parseAddress, renderAddress } from './turn-address.ts'

const count = fc.nat({ max: 1_000_000 })
const instant = fc.double({ min: 0, max: 1e9, noNaN: true }).map((ms) => ms + 0)
const outcome = fc.oneof(
  fc.constant({ kind: 'ok' as const }),
  fc.constant({ kind: 'cancelled' as const }),
  fc.record({ kind: fc.constant('truncated' as const), message: fc.string() }),
  fc.record({
    kind: fc.constant('failed' as const),
    class: fc.constantFrom(...FailureClass.options),
    status: count,
    message: fc.string(),
  }),
)
const anyRecord: fc.Arbitrary<RequestRecord> = fc.record(
  {
    id: fc.string(),
    lane: count,
    play: count,
    trace: fc.string(),
    session: fc.string(),
    turn: count,
    attempt: fc.integer({ min: 1, max: 9 }),
    phase: fc.constantFrom('warmup' as const, 'profiling' as const, 'drain' as const),
    dueMs: instant,
    sentMs: instant,
    firstTokenMs: instant,
    doneMs: instant,
    chunkGapsMs: fc.array(instant),
    plannedInputTokens: count,
    plannedOutputTokens: count,
    inputTokens: count,
    idealHitTokens: count,
    finishReason: fc.string(),
    outcome,
  },
  {
    requiredKeys: [
      'id',
      'lane',
      'play',
      'trace',
      'session',
      'turn',
      'attempt',
      'phase',
      'dueMs',
      'doneMs',
      'plannedInputTokens',
      'plannedOutputTokens',
      'idealHitTokens',
      'outcome',
    ],
  },
) as fc.Arbitrary<RequestRecord>

const plain: RequestRecord = {
  id: '0.0.0.0',
  lane: 0,
  play: 0,
  trace: 'a',
  session: 'root',
  turn: 0,
  attempt: 1,
  phase: 'profiling',
  dueMs: 0,
  doneMs: 1,
  plannedInputTokens: 10,
  plannedOutputTokens: 1,
  idealHitTokens: 0,
  outcome: { kind: 'ok' },
}

describe('records as lines', () => {
  test('any record comes back from its line, which is one line', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const line = renderRecord(record)
        expect(line).not.toContain('\n')
        expect(parseRecord(line)).toEqual(record)
      }),
    )
  })

  test('what is no record is an error with its line and field, fit for a terminal', () => {
    expect(() => parseRecord('{"id": "0.0', 2)).toThrow(RecordError)
    expect(() => parseRecord('{"id": "0.0', 2)).toThrow('records line 2 is not complete JSON')
    expect(() => parseRecord(JSON.stringify({ ...plain, lane: -1 }), 3)).toThrow(/records line 3: lane: /)
    expect(() => parseRecord(JSON.stringify({ ...plain, 'ttft\u0007': 3 }), 8)).toThrow(/records line 8: record: /)
  })
})

test('a failure of a class that there is not is refused with its line', () => {
  const failed = (word: string) => JSON.stringify({ ...plain, outcome: { kind: 'failed', class: word, message: '' } })
  expect(parseRecord(failed('timeout'), 4).outcome).toEqual({ kind: 'failed', class: 'timeout', message: '' })
  for (const word of ['overload', '', 'time\u001b[31mout', 'Timeout'])
    expect(() => parseRecord(failed(word), 4)).toThrow(/^records line 4: outcome\.class: /)
})

describe('the address in an id', () => {
  test('comes back', () => {
    fc.assert(
      fc.property(fc.record({ lane: count, play: count, sessionIndex: count, turn: count }), (address) => {
        expect(parseAddress(renderAddress(address))).toEqual(address)
      }),
    )
  })

  test.each(['', '1.2.3', '1.2.3.4.5', '1.2.x.4', '-1.2.3.4'])('"%s" is none', (id) => {
    expect(() => parseAddress(id)).toThrow(RecordError)
  })
})
