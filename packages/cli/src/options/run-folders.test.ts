import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runFolders } from './run-folders.ts'

const now = new Date('2026-01-02T03:04:05.678Z')

test('a sweep has one folder, whenever its runs begin', () => {
  const folderOf = runFolders({ kind: 'bench', lanes: [1, 4], now })
  expect([1, 4].map(folderOf)).toEqual([
    join('runs', 'bench-2026-01-02-030405', 'lanes-1'),
    join('runs', 'bench-2026-01-02-030405', 'lanes-4'),
  ])
})

test('one run takes the folder itself', () => {
  expect(runFolders({ out: 'mine', kind: 'replay', lanes: [8], now })(8)).toBe('mine')
})
