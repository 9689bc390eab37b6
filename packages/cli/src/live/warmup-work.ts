import { isOfShard, type Plan, playOf, type Shard, slotsOfShard } from '@reprise/replay-engine'

/** What the warm-up of a run sends when nothing ends a tree early. */
export interface WarmupWork {
  readonly requests: number
  /** Of prompts, those that are sent again counted once: a cache has them. */
  readonly inputTokens: number
  /** Of the longest reply. */
  readonly longestOutputTokens: number
}

type Part = { readonly requests: number; readonly inputTokens: number; readonly outputTokens: number }

/** A resumed run repeats others, which nobody has counted. */
export function warmupWork(plan: Plan, shard?: Shard): WarmupWork {
  let [requests, inputTokens, longestOutputTokens] = [0, 0, 0]
  for (const part of partsOf(plan, shard)) {
    requests += part.requests
    inputTokens += part.inputTokens
    longestOutputTokens = Math.max(longestOutputTokens, part.outputTokens)
  }
  return { requests, inputTokens, longestOutputTokens }
}

function* partsOf(plan: Plan, shard: Shard | undefined): Generator<Part> {
  if (plan.load.kind !== 'lanes') return
  const { warmup } = plan.load
  const lanes = slotsOfShard(plan.load.lanes, shard)
  if (warmup.kind === 'primers') for (const lane of lanes) yield primersOf(plan, lane)
  if (warmup.kind === 'full-prefill') yield* startTurns(plan, shard)
  if (warmup.kind === 'plays')
    for (const lane of lanes) for (let play = 0; play < warmup.perLane; play += 1) yield* turnsOf(plan, lane, play)
}

function* startTurns(plan: Plan, shard: Shard | undefined): Generator<Part> {
  for (const { lane, startTurn, residualThinkMs } of plan.firstPlays) {
    if (!isOfShard(lane, shard) || (startTurn === 0 && residualThinkMs === undefined)) continue
    const { inputTokens = 0, outputTokens = 0 } = playOf(plan, lane, 0)?.tree.sessions[0]?.turns[startTurn] ?? {}
    yield { requests: 1, inputTokens, outputTokens }
  }
}

function primersOf(plan: Plan, lane: number): Part {
  const { tree, snapshot: { primers = [], again = 0 } = {} } = playOf(plan, lane, 0) ?? {}
  const tokens = primers.map(({ sessionIndex, turn }) => tree?.sessions[sessionIndex]?.turns[turn]?.inputTokens ?? 0)
  return {
    requests: primers.length + again,
    inputTokens: tokens.reduce((sum, each) => sum + each, 0),
    outputTokens: 1,
  }
}

function* turnsOf(plan: Plan, lane: number, play: number): Generator<Part> {
  const { tree } = playOf(plan, lane, play) ?? {}
  for (const { turns } of tree?.sessions ?? [])
    for (const { inputTokens, outputTokens } of turns) yield { requests: 1, inputTokens, outputTokens }
}
