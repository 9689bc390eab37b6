import { expect, test } from 'vitest'
import type { TimelineRequest, TimelineSource } from '../../timeline/timeline-source.ts'
import { overlayOf } from './overlay-of.ts'

function request(trace: string, turn: number, startMs: number, more: Partial<TimelineRequest> = {}): TimelineRequest {
  return {
    ...{
      id: `${trace}.${turn}`,
      session: 0,
      name: 'm',
      startMs,
      stages: [],
      inputTokens: 1,
      waitsFor: [],
      gapName: 'think',
    },
    facts: { trace, session: 'root', turn },
    ...more,
  }
}

function source(requests: readonly TimelineRequest[]): TimelineSource {
  return { name: 's', sessions: [], requests, tools: [], phases: [] }
}

test('worked out by hand: each side from its own beginning, the first at the pace of the second', () => {
  const a = source([request('x', 0, 1000, { endMs: 3000 }), request('x', 1, 5000, { firstTokenMs: 5500, endMs: 6000 })])
  const b = source([
    request('x', 0, 70, {
      sentMs: 72,
      firstTokenMs: 80,
      endMs: 90,
      facts: { trace: 'x', session: 'root', turn: 0, outcome: 'ok' },
    }),
    request('x', 1, 470, { endMs: 480 }),
  ])
  const overlay = overlayOf({ source: a, originMs: 1000, scale: 0.1 }, { source: b, originMs: 70, scale: 1 })
  expect(overlay).toEqual({
    sessions: [
      {
        name: 'x',
        a: [
          [0, 0, -1, 200, ''],
          [1, 400, 450, 500, ''],
        ],
        b: [
          [0, 2, 10, 20, 'ok'],
          [1, 400, -1, 410, ''],
        ],
      },
    ],
    sessionsInAll: 1,
    drifts: [
      [0, 2],
      [400, 0],
    ],
  })
})

test('of more sessions than a page takes, those that differ most stay, in the order of their beginnings', () => {
  const names = Array.from({ length: 200 }, (_, index) => `t${String(index).padStart(3, '0')}`)
  const a = names.map((name, index) => request(name, 0, 10 * index))
  const b = names
    .filter((name) => name !== 't199')
    .map((name, index) => request(name, 0, 10 * index + (index === 198 ? 5 : 0)))
  const side = (requests: readonly TimelineRequest[]) => ({ source: source(requests), originMs: 0, scale: 1 })
  const { sessions, sessionsInAll } = overlayOf(side(a), side(b))
  expect(sessionsInAll).toBe(200)
  expect(sessions).toHaveLength(150)
  expect(sessions.map(({ name }) => name)).toEqual([...names.slice(0, 148), 't198', 't199'])
  expect(sessions.at(-1)).toMatchObject({ b: [] })
})
