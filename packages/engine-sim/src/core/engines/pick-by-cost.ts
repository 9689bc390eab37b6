/**
 * Which of several costs is chosen. At temperature 0 the least, and of several least ones any, all alike likely; above it each with the
 * probability of a softmax over the costs, which are first spread from 0 (the least) to 1 (the most). `roll` draws from 0 up to 1.
 *
 * Source: `minimum_cost_index` and `softmax_sample_index` of Dynamo's default selector.
 */
export function pickByCost(costs: readonly number[], temperature: number, roll: () => number): number {
  return temperature === 0 ? leastOf(costs, roll) : drawn(costs, temperature, roll())
}

function leastOf(costs: readonly number[], roll: () => number): number {
  let best = 0
  let ties = 1
  for (let at = 1; at < costs.length; at += 1) {
    if (costs[at]! > costs[best]!) continue
    ties = costs[at]! < costs[best]! ? 1 : ties + 1
    if (ties === 1 || Math.floor(roll() * ties) === 0) best = at
  }
  return best
}

function drawn(costs: readonly number[], temperature: number, sample: number): number {
  const least = Math.min(...costs)
  const range = Math.max(...costs) - least
  const weights = costs.map((cost) => (range === 0 ? 1 : Math.exp(-(cost - least) / range / temperature)))
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  let sum = 0
  for (const [at, weight] of weights.entries()) {
    sum += weight / all
    if (sample <= sum) return at
  }
  return costs.length - 1
}
