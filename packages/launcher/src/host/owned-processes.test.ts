import { expect, test } from 'vitest'
import { ownedProcesses } from './owned-processes.ts'
import type { ProcessEntry } from './process-table.ts'

const ours = 'REPRISE_LABEL=mine'

/** pid, parent, session, environment. */
function table(...rows: readonly [number, number, number, ...string[]][]): ProcessEntry[] {
  return rows.map(([pid, parent, session, ...environment]) => ({ pid, parent, session, environment }))
}

test('what carries the label, its descendants, and the session that it leads', () => {
  const found = ownedProcesses(
    table(
      [1, 0, 1],
      [10, 1, 10, 'A=b', ours],
      [11, 10, 10, ours],
      // wiped its environment
      [12, 11, 10],
      // and left the session
      [13, 12, 13],
      // orphaned, its environment wiped, in a session that one of ours leads
      [14, 1, 10],
      [20, 1, 20],
    ),
    'mine',
    999,
  )
  expect(found.toSorted()).toEqual([10, 11, 12, 13, 14])
})

test('a label is taken whole, and only as the variable', () => {
  const others = [`${ours}-2`, 'REPRISE_LABEL=min', `X${ours}`, `X=${ours}`, 'REPRISE_LABEL=']
  expect(
    ownedProcesses(
      table(...others.map((entry, i) => [i + 10, 1, i + 10, entry] as [number, number, number, string])),
      'mine',
      999,
    ),
  ).toEqual([])
})

test('a stranger who carries the label in the session of others takes nobody of it along', () => {
  expect(ownedProcesses(table([5, 1, 5], [6, 5, 5, ours], [7, 5, 5]), 'mine', 999)).toEqual([6])
})

test('whoever asks is spared, and so are its ancestors and their other children', () => {
  const found = ownedProcesses(
    table([10, 1, 10, ours], [20, 10, 20, ours], [30, 20, 20, ours], [40, 10, 10]),
    'mine',
    30,
  )
  expect(found).toEqual([])
})
