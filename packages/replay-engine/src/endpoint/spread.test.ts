import { afterEach, expect, test } from 'vitest'
import { startStandInServer } from '../stand-ins/stand-in-server.ts'
import { closeAll, closing, corpus, targetFor } from './http-target.fixture.ts'
import { ListeningObserver, plannedRequest } from './planned-request.fixture.ts'
import { endpointChooser } from './spread.ts'

afterEach(closeAll)

test('round robin: in turn, whatever the session', () => {
  const choose = endpointChooser('round-robin', 3)
  expect(['0.0.0.0', '0.0.0.1', '1.0.0.0', '1.0.0.1'].map((id) => choose({ id }))).toEqual([0, 1, 2, 0])
})

test('by session: all of one to the same, and new ones in turn', () => {
  const choose = endpointChooser('session', 2)
  const ids = ['0.0.0.0', '1.0.0.0', '0.0.1.0', '0.0.0.1', '1.0.0.1', '0.1.0.0', '0.0.1.11']
  expect(ids.map((id) => choose({ id }))).toEqual([0, 1, 0, 0, 1, 1, 0])
})

test.each([
  ['round-robin', [2, 2]],
  ['session', [3, 1]],
] as const)('requests go to their endpoints, %s', async (spread, expected) => {
  const other = await startStandInServer()
  closing.push(() => other.close())
  const { target, server } = await targetFor({}, { otherUrls: [`${other.url}/v1`], spread })
  for (const id of ['0.0.0.0', '0.0.0.1', '1.0.0.0', '0.0.0.2']) {
    const request = { ...plannedRequest(corpus, { turn: 0 }), id }
    const outcome = await target.send(request, new ListeningObserver(), new AbortController().signal)
    expect(outcome.kind).toBe('ok')
  }
  expect([server.calls.length, other.calls.length]).toEqual(expected)
})
