import { type Plan, playOf } from '@reprise/replay-engine'

/** How many requests the warm-up of a run sends when nothing ends a tree early; a resumed one repeats others, which nobody has counted. */
export function warmupRequests(plan: Plan): number {
  if (plan.load.kind !== 'lanes') return 0
  const { warmup, lanes } = plan.load
  if (warmup.kind === 'none') return 0
  if (warmup.kind === 'primers') return primersOf(plan, lanes)
  if (warmup.kind === 'full-prefill')
    return plan.firstPlays.filter(({ startTurn, residualThinkMs }) => startTurn > 0 || residualThinkMs !== undefined)
      .length
  let requests = 0
  for (let lane = 0; lane < lanes; lane += 1)
    for (let play = 0; play < warmup.perLane; play += 1) requests += turnsOf(plan, lane, play)
  return requests
}

function primersOf(plan: Plan, lanes: number): number {
  let requests = 0
  for (let lane = 0; lane < lanes; lane += 1) {
    const { primers = [], again = 0 } = playOf(plan, lane, 0)?.snapshot ?? {}
    requests += primers.length + again
  }
  return requests
}

function turnsOf(plan: Plan, lane: number, play: number): number {
  const { tree } = playOf(plan, lane, play) ?? {}
  return tree?.sessions.reduce((sum, { turns }) => sum + turns.length, 0) ?? 0
}
