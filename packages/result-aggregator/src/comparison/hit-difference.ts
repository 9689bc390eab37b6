import { intervalGround } from '../interval/interval-ground.ts'
import { sumByCell } from '../interval/play-time-grid.ts'
import { total } from '../interval/two-way-variance.ts'
import type { FoundFigure } from './found-figure.ts'
import { pairedFamily } from './paired-family.ts'
import type { TurnPairs } from './turn-pairs.ts'

/** How much more of the same prompts B found in its cache than A, as a share of their tokens. */
export function hitDifference(pairs: TurnPairs): FoundFigure {
  const { clusters } = pairs
  const { input, missed } = pairs.misses()
  const grid = clusters.grid(pairedFamily.blocks)
  const known = input.a.map((tokens) => (Number.isNaN(tokens) ? Number.NaN : 1))
  const counts = sumByCell(grid, known)
  const sides = (['a', 'b'] as const).map((side) => {
    const [inputs, misses] = [sumByCell(grid, input[side]), sumByCell(grid, missed[side])]
    const [all, rate] = [total(inputs), total(misses) / total(inputs)]
    return { hits: 1 - rate, leftOver: misses.map((each, cell) => (each - rate * inputs[cell]!) / all), all }
  })
  const [a, b] = sides as [(typeof sides)[0], (typeof sides)[0]]
  if (!(a.all > 0 && b.all > 0)) return { estimate: { notEstimable: 'not-measured' } }
  const value = b.hits - a.hits
  const tops = b.leftOver.map((each, cell) => each - a.leftOver[cell]!)
  const ground = intervalGround({ grid, counts, ...clusters.measured }, pairedFamily)
  const estimate = ground.estimate((reachOf) => {
    const { distance } = reachOf({ grid, tops, bottoms: tops.map(() => 1) })
    return { low: value - distance, high: value + distance }
  })
  return { a: a.hits, b: b.hits, value, estimate }
}
