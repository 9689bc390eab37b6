import { expect, test } from 'vitest'
import { ownedProcesses } from './owned-processes.ts'
import type { ProcessEntry } from './process-table.ts'

const ours = 'REPRISE_LABEL=mine'

/** pid, parent, session, environment; each was started at ten times its number. */
function table(...rows: readonly [number, number, number, ...string[]][]): ProcessEntry[] {
  return rows.map(([pid, parent, session, ...environment]) => ({
    pid,
    parent,
    session,
    startTicks: pid * 10,
    environment,
  }))
}

function owned(entries: readonly ProcessEntry[], { self = 999, known = {} as Record<number, number> } = {}): number[] {
  const numbers = new Map(Object.entries(known).map(([pid, startTicks]) => [Number(pid), startTicks]))
  return ownedProcesses(entries, { label: 'mine', self, known: numbers }).map(({ pid }) => pid)
}

test('what carries the label, its descendants, and the session that it leads', () => {
  const found = owned(
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
  )
  expect(found.toSorted()).toEqual([10, 11, 12, 13, 14])
})

test('a label is taken whole, and only as the variable', () => {
  const others = [`${ours}-2`, 'REPRISE_LABEL=min', `X${ours}`, `X=${ours}`, 'REPRISE_LABEL=']
  expect(
    owned(table(...others.map((entry, i) => [i + 10, 1, i + 10, entry] as [number, number, number, string]))),
  ).toEqual([])
})

test('a stranger who carries the label in the session of others takes nobody of it along', () => {
  expect(owned(table([5, 1, 5], [6, 5, 5, ours], [7, 5, 5]))).toEqual([6])
})

test('whoever asks is spared, and so are its ancestors and their other children', () => {
  const found = owned(table([10, 1, 10, ours], [20, 10, 20, ours], [30, 20, 20, ours], [40, 10, 10]), { self: 30 })
  expect(found).toEqual([])
})

test('what was known stays known by its number and start time, whatever its environment, session and parent; so do its children', () => {
  const entries = table([50, 1, 50], [51, 50, 51], [60, 1, 60])
  expect(owned(entries)).toEqual([])
  expect(owned(entries, { known: { 50: 500 } })).toEqual([50, 51])
})

test('a number that a stranger has got since is not known', () => {
  expect(owned(table([50, 1, 50], [51, 50, 50]), { known: { 50: 499 } })).toEqual([])
})
