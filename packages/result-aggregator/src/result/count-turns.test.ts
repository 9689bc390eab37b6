import type { PlannedDependency, PlannedTree } from '@reprise/replay-engine'
import { expect, test } from 'vitest'
import { countTurns } from './count-turns.ts'

const after = (session: number, turn: number): PlannedDependency => ({
  session,
  turn,
  trigger: 'completion',
  delayMs: 0,
  relation: 'sequence',
})

const turn = (overContext: boolean, ...needs: PlannedDependency[]) => ({
  inputTokens: 10,
  outputTokens: 1,
  needs,
  ...(overContext && { overContext: true as const }),
})

const tree = (...sessions: PlannedTree['sessions'][number]['turns'][]): PlannedTree => ({
  traceId: 'a',
  trace: 0,
  sessions: sessions.map((turns, i) => ({ id: `s${i}`, turns })),
})

test('a turn that does not fit takes with it what waits for it, and nothing else', () => {
  // The second turn does not fit: the third waits for it, and a subagent of the third. A background subagent waits for the first.
  const root = [turn(false), turn(true, after(0, 0)), turn(false, after(0, 1), after(1, 0))]
  const child = [turn(false, after(0, 1))]
  const background = [turn(false, after(0, 0)), turn(false, after(2, 0))]
  expect(countTurns([tree(root, child, background)])).toEqual({ planned: 6, unsent: 3 })
})

test('where all fit, all are sent', () => {
  expect(countTurns([tree([turn(false), turn(false, after(0, 0))]), tree([turn(false)])])).toEqual({
    planned: 3,
    unsent: 0,
  })
})
