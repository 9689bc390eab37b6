import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runFolders } from './run-folders.ts'

const now = new Date('2026-01-02T03:04:05.678Z')

test('a sweep has one folder, whenever its runs begin', () => {
  const { folderOf } = runFolders({ kind: 'bench', points: [{ lanes: 1 }, { lanes: 4 }], now })
  expect([{ lanes: 1 }, { lanes: 4 }].map(folderOf)).toEqual([
    join('runs', 'bench-2026-01-02-030405', 'lanes-1'),
    join('runs', 'bench-2026-01-02-030405', 'lanes-4'),
  ])
})

test('one run takes the folder itself', () => {
  expect(runFolders({ out: 'mine', kind: 'replay', points: [{ lanes: 8 }], now }).folderOf({ lanes: 8 })).toBe('mine')
})

test('of other loads a folder says how large they are, too', () => {
  const points = [{ sessionsPerS: 0.5 }, {}]
  const { folderOf } = runFolders({ out: 'mine', kind: 'simulate', points, now })
  expect(points.map(folderOf)).toEqual([join('mine', 'rate-0.5'), join('mine', 'schedule')])
})

test('shards of one run stand beside each other, whenever each was started', () => {
  const startAt = { date: '2026-01-02T04:00:00.000Z' }
  const folder = (index: number, out?: string) =>
    runFolders({ ...(out && { out }), kind: 'replay', points: [{}], now, startAt, shard: { index, of: 12 } }).folderOf(
      {},
    )
  expect(folder(0)).toBe(join('runs', 'replay-2026-01-02-040000', 'shard-0'))
  expect(folder(11, 'mine')).toBe(join('mine', 'shard-11'))
})
