import { isOfShard, type Plan, playOf, type Shard, slotsOfShard } from '@reprise/replay-engine'

/** How many requests the warm-up of a run sends when nothing ends a tree early; a resumed one repeats others, which nobody has counted. */
export function warmupRequests(plan: Plan, shard?: Shard): number {
  if (plan.load.kind !== 'lanes') return 0
  const { warmup } = plan.load
  const lanes = slotsOfShard(plan.load.lanes, shard)
  if (warmup.kind === 'none') return 0
  if (warmup.kind === 'primers') return primersOf(plan, lanes)
  if (warmup.kind === 'full-prefill')
    return plan.firstPlays.filter(
      ({ lane, startTurn, residualThinkMs }) =>
        isOfShard(lane, shard) && (startTurn > 0 || residualThinkMs !== undefined),
    ).length
  let requests = 0
  for (const lane of lanes) for (let play = 0; play < warmup.perLane; play += 1) requests += turnsOf(plan, lane, play)
  return requests
}

function primersOf(plan: Plan, lanes: readonly number[]): number {
  let requests = 0
  for (const lane of lanes) {
    const { primers = [], again = 0 } = playOf(plan, lane, 0)?.snapshot ?? {}
    requests += primers.length + again
  }
  return requests
}

function turnsOf(plan: Plan, lane: number, play: number): number {
  const { tree } = playOf(plan, lane, play) ?? {}
  return tree?.sessions.reduce((sum, { turns }) => sum + turns.length, 0) ?? 0
}
