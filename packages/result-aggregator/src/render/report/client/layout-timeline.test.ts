import { expect, test } from 'vitest'
import { okRecord } from '../../../testing/run.fixture.ts'
import { encodeTimeline } from '../content/encode-timeline.ts'
import { decodeTimeline } from './decode-timeline.ts'
import { layoutTimeline } from './layout-timeline.ts'

test('subagents stand below their root, on the first row that is free all their life; lanes do not touch', () => {
  const at = (lane: number, session: string, fromMs: number, toMs: number) =>
    okRecord({ lane, session, dueMs: fromMs, sentMs: fromMs, firstTokenMs: fromMs, lastTokenMs: toMs, doneMs: toMs })
  const requests = [
    at(0, 'root', 0, 1000),
    at(0, 'one', 100, 500),
    at(0, 'two', 200, 300),
    at(0, 'three', 600, 700),
    at(3, 'root', 0, 50),
  ]
  const rows = decodeTimeline(encodeTimeline(requests, { maxRows: 99 }))
  const { bars, lanes, heightPx, spans } = layoutTimeline(rows)
  const topOf = (session: string, lane = 0) =>
    bars[rows.findIndex((row) => row.session.id === session && row.lane === lane)]!.topPx
  expect(topOf('one')).toBeGreaterThan(topOf('root') + 10)
  expect(topOf('two')).toBeGreaterThan(topOf('one'))
  expect(topOf('three')).toBe(topOf('one'))
  expect(topOf('root', 3)).toBeGreaterThan(topOf('two') + 6)
  expect(lanes.map(({ lane }) => lane)).toEqual([0, 3])
  expect(spans).toHaveLength(5)
  expect(heightPx).toBeGreaterThan(topOf('root', 3) + 12)
})
