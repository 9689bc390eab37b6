import { describe, expect, test } from 'vitest'
import type { BudgetGoal } from '../result/budget.ts'
import { goalCost, type PilotLoad } from './goal-cost.ts'
import type { PilotFigure } from './pilot-figure.ts'

const hour = 3_600_000
const goal: BudgetGoal = { metric: 'ttft', percentile: 90, halfWidthShare: 0.1 }
const load: PilotLoad = { measuredMs: hour, warmupMs: hour / 4, sessions: 40, corpusSessions: 355, gpus: 8 }
const figure: PilotFigure = {
  value: 400,
  halfWidthShare: 0.2,
  designEffect: 6,
  neededMs: 4 * hour,
  wholeCorpusShare: 0.07,
}

describe('goalCost', () => {
  test('by hand: four times the time, four times the sessions, and the warm-up once', () => {
    expect(goalCost(goal, [figure], load)).toEqual({
      goal,
      pilot: { value: 400, halfWidthShare: 0.2 },
      ...{ designEffect: 6, wholeCorpusShare: 0.07, sessionsNeeded: 160 },
      run: { sessions: 160, measuredMs: 4 * hour, gpuHours: 8 * 4.25 },
    })
  })

  test('runs with other seeds: as many as their spread takes, each with a warm-up', () => {
    // Logarithms of 380, 400, 420 differ by 0.05: t x 0.05 / sqrt(n) is 0.124 for three and 0.080 for four.
    const repeats = [380, 400, 420].map((value) => ({ ...figure, value }))
    const { runs } = goalCost(goal, repeats, load)
    expect(runs).toEqual({ count: 4, sessions: 160, measuredMs: 4 * hour, gpuHours: 8 * 5 })
    expect(goalCost(goal, repeats.slice(1), load).runs).toBeUndefined()
    // What one run tells of it, where there are no others.
    expect(goalCost(goal, [{ ...figure, logDeviation: 0.05 }], load).runs).toMatchObject({ count: 4 })
  })

  test('more sessions than the corpus has: not reachable, and how many it would take; what the pilot has reached is', () => {
    expect(goalCost(goal, [figure], { ...load, corpusSessions: 159 })).toMatchObject({
      notReachable: 'corpus',
      sessionsNeeded: 160,
    })
    const small = { ...load, corpusSessions: 10 }
    expect(goalCost(goal, [{ ...figure, neededMs: hour / 2 }], small)).toMatchObject({ run: { sessions: 20 } })
  })

  test('what the pilot cannot tell stands as the reason, unless repeats can', () => {
    const without: PilotFigure = { value: 400, notReachable: 'short-window' }
    expect(goalCost(goal, [without], load)).toEqual({ goal, pilot: { value: 400 }, notReachable: 'short-window' })
    const repeats = [380, 400, 420].map((value) => ({ ...without, value }))
    expect(goalCost(goal, repeats, load)).not.toHaveProperty('notReachable')
    expect(goalCost(goal, [], load)).toMatchObject({ notReachable: 'time' })
  })

  test('no GPU hours where nobody says how many GPUs', () => {
    const { gpus: _, ...others } = load
    expect(goalCost(goal, [figure], others).run).toEqual({ sessions: 160, measuredMs: 4 * hour })
  })
})
