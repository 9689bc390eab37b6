import { expect, test } from 'vitest'
import { handCfg } from '../check/step-log.fixture.ts'
import { parseMeasuredRequests } from '../logged-plan/measured-requests.ts'
import { fitFrontend } from './fit-frontend.ts'

/** A request every second: on its way in 3 ms, every second one 5, and its client is late by a millisecond; a prompt of 8 in two steps of 10 ms, two tokens out. */
const count = 40
const log = [JSON.stringify({ cfg: handCfg })]
const records = ['{"t0_monotonic": 1}']
for (let at = 0; at < count; at += 1) {
  const [sent, id] = [1 + at, `r${at}`]
  const added = sent + (at % 2 === 0 ? 0.003 : 0.005)
  const step = (s: number, run: unknown[]) =>
    JSON.stringify({ s, t: added + 0.01 * s, run: [run], R: 1, W: 0, free: 0, e: 0.01 })
  log.push(JSON.stringify({ add: id, t: added }), step(0, [id, 4, 0, 1]), step(1, [id, 4, 4]), step(2, [id, 1, 8]))
  const instants = { due: sent - 0.001, sent, first: added + 0.026, last: added + 0.032 }
  records.push(JSON.stringify({ req: id, in: 8, out: 2, cached: 0, ...instants, status: 200 }))
}

test('the ways in and out, by hand', () => {
  const frontend = fitFrontend(log, parseMeasuredRequests(records, 'records'), 'log')
  // The mean way in is 4 ms, a millisecond above the quickest tenth; that of the client is none of it.
  const rounded = Object.fromEntries(
    Object.entries(frontend).map(([name, ms]) => [name, Number(Number(ms).toFixed(6))]),
  )
  expect(rounded).toEqual({ inMs: 3, jitterMs: 1, firstOutMs: 6, lastOutMs: 2 })
})

test('too few that stand in both are refused; a record that is none is named, and a failure is left out', () => {
  const few = parseMeasuredRequests(records.slice(0, 4), 'records')
  expect(() => fitFrontend(log, few, 'log')).toThrow(/3 of 3 requests met an idle engine/)
  expect(() => parseMeasuredRequests(['{"req":"a","in":1}'], 'records')).toThrow(
    /no record of a request that was answered/,
  )
  expect(() => parseMeasuredRequests(['{"req":"a","first":1,"in":0}'], 'records')).toThrow(/^records:1: /)
  const failed = JSON.stringify({ ...JSON.parse(records[1]!), status: 500 })
  expect(parseMeasuredRequests([failed, records[2]!], 'records').map(({ id }) => id)).toEqual(['r1'])
})
