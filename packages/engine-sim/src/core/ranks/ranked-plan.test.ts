import { expect, test } from 'vitest'
import { StepPlan } from '../steps/step-plan.ts'
import { RankedPlan } from './ranked-plan.ts'

test('a step of several ranks waits for what any of them waits for', () => {
  const [one, other] = [new StepPlan(), new StepPlan()]
  one.beginsFromMs = 3
  other.endsFromMs = 7
  expect(new RankedPlan([one, other])).toMatchObject({ beginsFromMs: 3, endsFromMs: 7 })
  expect(new RankedPlan([other, one])).toMatchObject({ beginsFromMs: 3, endsFromMs: 7 })
})
