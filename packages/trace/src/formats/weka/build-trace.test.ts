import { describe, expect, test } from 'vitest'
import { buildTrace } from './build-trace.ts'
import { parseWekaTrace } from './parse.ts'

describe('the life of a subagent by basis', () => {
  const inner = [request(0), request(6)]
  const requests = [request(0, { api_time: 10 }), marker(41, { duration_ms: 30_000, requests: inner }), request(90)]

  test.each([
    ['completion-relative', { afterTurn: 0, startMs: 11_000, endMs: 41_000 }, [11_000, 17_000]],
    ['start-relative', { afterTurn: 0, startMs: 41_000, endMs: 71_000 }, [41_000, 47_000]],
    ['start-absolute', { afterTurn: 0, startMs: 41_000, endMs: 71_000 }, [0, 6000]],
  ] as const)('%s', (basis, launch, starts) => {
    const child = buildTrace(recorded(requests), basis).sessions[1]
    expect(child?.launch).toEqual(launch)
    expect(child?.turns.map((turn) => turn.startMs)).toEqual(starts)
  })

  test('without a duration it ends with the last reply inside', () => {
    const open = [request(0), marker(41, { requests: [request(0), request(6, { api_time: 3 })] })]
    expect(buildTrace(recorded(open), 'completion-relative').sessions[1]?.launch).toMatchObject({
      startMs: 32_000,
      endMs: 41_000,
    })
    const absolute = [request(0), marker(41, { requests: [request(41), request(47, { api_time: 3 })] })]
    expect(buildTrace(recorded(absolute), 'start-absolute').sessions[1]?.launch).toMatchObject({
      startMs: 41_000,
      endMs: 50_000,
    })
  })
})

test('a subagent that asked nothing is left out; the wait for it stays a gap of its parent', () => {
  const requests = [request(0, { api_time: 1 }), marker(30, { duration_ms: 28_000 }), request(40, { think_time: 39 })]
  const { sessions } = buildTrace(recorded(requests), 'completion-relative')
  expect(sessions).toHaveLength(1)
  expect(sessions[0]?.turns[1]?.needs).toMatchObject([{ relation: 'sequence', delayMs: 39_000 }])
})

test('the subagents of one that asked nothing are its parent’s', () => {
  const nested = marker(15, { duration_ms: 5000, agent_id: 'inner', requests: [request(0)] })
  const { sessions } = buildTrace(
    recorded([request(0), marker(30, { duration_ms: 20_000, requests: [nested] }), request(40)]),
    'completion-relative',
  )
  expect(sessions[1]).toMatchObject({
    id: 'inner',
    parent: 0,
    launch: { afterTurn: 0, startMs: 20_000, endMs: 25_000 },
  })
})

test('ids of sessions are unique in the trace', () => {
  const agents = ['a', 'a', 'root', undefined, undefined].map((agent_id) =>
    marker(9, { agent_id, requests: [request(0)] }),
  )
  const { sessions } = buildTrace(recorded([request(0), ...agents]), 'start-relative')
  expect(sessions.map((session) => session.id)).toEqual(['root', 'a', 'a~2', 'root~2', 'agent', 'agent~2'])
})

test('twenty thousand subagents of one name, which the next turn waits for, take one pass', () => {
  const agents = Array.from({ length: 20_000 }, () =>
    marker(9, { agent_id: 'a', duration_ms: 5000, requests: [request(0)] }),
  )
  const { sessions } = buildTrace(recorded([request(0), ...agents, request(20)]), 'completion-relative')
  expect(sessions.at(-1)?.id).toBe('a~20000')
  expect(sessions[0]?.turns[1]?.needs).toHaveLength(20_001)
})

function request(t: number, more: object = {}) {
  return { t, in: 20, out: 2, hash_ids: [1], ...more }
}

function marker(t: number, more: object = {}) {
  return { t, type: 'subagent', status: 'completed', requests: [], ...more }
}

function recorded(requests: readonly unknown[]) {
  const notes = { globalNumbers: new Map<string, number>(), unknownField: () => {}, warn: () => {} }
  return parseWekaTrace({ id: 't', block_size: 16, requests }, notes)
}
