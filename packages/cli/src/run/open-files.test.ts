import { planReplay } from '@reprise/replay-engine'
import { fixedLengthCorpus } from '@reprise/trace'
import { expect, test } from 'vitest'
import { connectionsAtOnce, fewFilesWarning } from './open-files.ts'

const plan = planReplay(
  fixedLengthCorpus({ seed: 1, requests: 40, inputTokens: 64, outputTokens: 1, rangeRatio: 1, blockSize: 64 }),
  { seed: 1, lanes: 12, preset: 'fixed-seq-len' },
)

/** The plan with trees of so many sessions, played by so many lanes. */
function planOf(sessions: readonly number[], lanes: number) {
  const tree = plan.trees[0]!
  const trees = sessions.map((count) => ({ ...tree, sessions: Array.from({ length: count }, () => tree.sessions[0]!) }))
  return { ...plan, trees, load: { ...plan.load, lanes } }
}

test.each([
  ['a connection for each session of the largest trees', [1, 5, 3], 2, 8],
  ['more lanes than trees: each is played again', [1, 5, 3], 5, 17],
  ['no tree', [], 5, 0],
])('%s', (_, sessions, lanes, expected) => {
  expect(connectionsAtOnce(planOf(sessions, lanes))).toBe(expected)
})

test('a limit that holds is no matter; one that may not is said with the cure', () => {
  const few = planOf([5, 3], 2)
  expect(fewFilesWarning(few, { limit: 30, open: 22 })).toBeUndefined()
  expect(fewFilesWarning(few, { limit: 30, open: 23 })).toBe(
    '2 lanes and their subagents may need 8 connections at once, and this process may have 30 files open (23 are). ' +
      'Requests beyond that fail as client-host: raise the limit (ulimit -Hn, LimitNOFILE, --ulimit nofile).',
  )
})
