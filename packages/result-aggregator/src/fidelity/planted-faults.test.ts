import type { RequestRecord } from '@reprise/replay-engine'
import type { Session } from '@reprise/trace'
import { beforeAll, describe, expect, test } from 'vitest'
import { check, compare, corpus, deviating, middleOf, retimed, withRecords } from './compared.fixture.ts'
import { faithfulRun } from './faithful-run.fixture.ts'
import type { ReplayedRun } from './replayed-run.ts'

let clean: ReplayedRun

beforeAll(async () => {
  clean = await faithfulRun(corpus)
})

describe('each planted fault is named, and nothing else', () => {
  const isSame = (one: RequestRecord, other: RequestRecord) => one.id === other.id

  test('dropped turn', () => {
    const dropped = middleOf(clean)
    const found = compare(withRecords(clean, (record) => (isSame(record, dropped) ? undefined : record)))
    expect(deviating(found)).toEqual(['missing-turns'])
    expect(check(found, 'missing-turns').named).toEqual([{ name: `${dropped.trace} turn 2 (planned, no record)` }])
    expect(found.sentence).toBe('deviates: turns missing')
  })

  test('swapped order', () => {
    const one = middleOf(clean)
    const other = clean.records.find(
      ({ trace, session, turn }) => trace === one.trace && session === 'root' && turn === 3,
    )!
    const swapped = (record: RequestRecord, { dueMs, sentMs, firstTokenMs, lastTokenMs, doneMs }: RequestRecord) => ({
      ...{ ...record, dueMs, doneMs },
      ...{ sentMs: sentMs!, firstTokenMs: firstTokenMs!, lastTokenMs: lastTokenMs! },
    })
    const found = compare(
      withRecords(clean, (record) =>
        isSame(record, one) ? swapped(one, other) : isSame(record, other) ? swapped(other, one) : record,
      ),
    )
    expect(deviating(found)).toContain('order')
    expect(deviating(found)).not.toContain('missing-turns')
    expect(check(found, 'order').named[0]!.name).toBe(`${one.trace} turn 3 (before ${one.trace} turn 2 had ended)`)
  })

  test('doubled request', () => {
    const twice = middleOf(clean)
    const found = compare({ ...clean, records: [...clean.records, twice] })
    expect(deviating(found)).toEqual(['doubled-requests'])
    expect(check(found, 'doubled-requests').named).toEqual([{ name: `${twice.trace} turn 2 (2 times)` }])
  })

  test('shortened output', () => {
    const short = middleOf(clean)
    const found = compare(
      withRecords(clean, (record) => (isSame(record, short) ? { ...record, outputTokens: 1 } : record)),
    )
    expect(deviating(found)).toEqual(['output-tokens'])
    expect(check(found, 'output-tokens').named[0]!.name).toMatch(/turn 2 \(captured \d+, replayed 1\)$/)
  })

  test('cold cache', () => {
    const found = compare(
      withRecords(clean, (record) => (record.cachedTokens === undefined ? record : { ...record, cachedTokens: 0 })),
    )
    expect(deviating(found)).toEqual(['measured-reuse'])
    expect(check(found, 'measured-reuse').value).toBeGreaterThan(0.5)
  })

  test('late client', () => {
    const late = (record: RequestRecord, byMs: number) => ({
      ...{ ...record, sentMs: record.sentMs! + byMs, doneMs: record.doneMs + byMs },
      ...{ firstTokenMs: record.firstTokenMs! + byMs, lastTokenMs: record.lastTokenMs! + byMs },
    })
    // No session waits for the replies of these, so that nothing else is late for it.
    const last = new Set([...Map.groupBy(clean.records, ({ trace }) => trace).values()].map((own) => own.at(-1)!.id))
    const found = compare(withRecords(clean, (record) => (last.has(record.id) ? late(record, 400) : record)))
    expect(deviating(found)).toEqual(['client-lateness'])
    expect(check(found, 'client-lateness').named[0]).toEqual({ name: expect.any(String), by: expect.closeTo(400, 6) })
  })

  test('wrong model', async () => {
    const found = compare(await faithfulRun(corpus, { model: 'acme/other-70b' }))
    expect(found.verdict).toBe('not comparable')
    expect(found.conditions[0]).toEqual({ name: 'model', state: 'differs', a: 'acme/model-7b', b: 'acme/other-70b' })
    expect(found.sentence).toMatch(/^not comparable: model \(acme\/model-7b, acme\/other-70b\); the \d+ checks/)
    for (const name of ['measured-reuse', 'service-time', 'first-token'])
      expect(check(found, name), name).toMatchObject({
        verdict: 'not comparable',
        reason: expect.stringMatching(/^model/),
      })
    expect(deviating(found)).toEqual([])
  })

  test('other block size', () => {
    const found = compare(clean, { traces: { ...corpus, blockSize: 64 } })
    expect(found.verdict).toBe('not comparable')
    expect(found.conditions[0]).toEqual({ name: 'block-size', state: 'differs', a: '64', b: '16' })
    expect(check(found, 'ideal-reuse').verdict).toBe('not comparable')
  })

  test('missing subagent', async () => {
    const trace = corpus.traces.find(({ sessions }) => sessions.length === 2)!
    const without = { ...trace, sessions: [withoutJoins(trace.sessions[0]!)] }
    const lesser = {
      ...corpus,
      digest: 'lesser',
      traces: corpus.traces.map((each) => (each === trace ? without : each)),
    }
    const found = compare(await faithfulRun(lesser))
    expect(deviating(found)).toContain('missing-sessions')
    expect(deviating(found)).not.toContain('missing-turns')
    const [, subagent] = trace.sessions
    expect(check(found, 'missing-sessions').named).toEqual([{ name: `${trace.id} / ${subagent!.id} (not planned)` }])
  })

  test('shifted clock', () => {
    const found = compare(withRecords(clean, (record) => retimed(record, (ms) => ms + 30_000)))
    expect(deviating(found)).toEqual(['clock-shift'])
    expect(check(found, 'clock-shift').value).toBeCloseTo(30_000, 3)
  })
})

function withoutJoins(root: Session): Session {
  return {
    ...root,
    turns: root.turns.map((turn) => ({ ...turn, needs: turn.needs.filter(({ on }) => on.session === 0) })),
  }
}
