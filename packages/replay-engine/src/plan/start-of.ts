import type { Warmup } from './pace.ts'
import type { PlannedTree } from './planned-tree.ts'
import { seededRandom } from './seeded-random.ts'

/** What of a load the start depends on. */
interface StartLoad {
  readonly start: { readonly min: number; readonly max: number }
  readonly residualThink?: boolean | undefined
  readonly warmup: Warmup
}

/** Where a lane finds its first session. */
export interface Start {
  /** Turn of the root session. */
  readonly startTurn: number
  /** Rest of the think time that follows the start turn. */
  readonly residualThinkMs?: number
}

/**
 * Where lane `lane` starts in the tree that it plays first: the start turn lies between the two shares of the load and fits the context.
 *
 * With `residualThink` an instant is drawn uniformly from all the think time that follows these turns, as somebody who comes upon an
 * agent at work finds it: long pauses are met more often than short ones, and what is left of the pause is the residual. The agents of a
 * run then come back one by one from the first second on, and not all at once. Otherwise, and where there is no think time, the turn is
 * drawn uniformly.
 *
 * Source: the range of turns is the rule of InferenceX PR #1201's replayer, index in [floor(n*min), min(floor(n*max), n-1)], which draws
 * the turn uniformly and no residual.
 */
export function startOf(
  { seed, load }: { readonly seed: number; readonly load: StartLoad },
  lane: number,
  tree: PlannedTree,
): Start {
  const turns = candidates(tree, load)
  const draw = seededRandom(seed, 'start turn', lane)()
  return (drawsResidual(load) && drawnPause(tree, turns, draw)) || { startTurn: drawnTurn(turns, draw) }
}

/** The think time is there to be drawn from only where a prefill warm-up has sent the start turn; who starts at 0 starts a session. */
function drawsResidual({ residualThink, warmup, start }: StartLoad): boolean {
  return residualThink === true && warmup.kind === 'full-prefill' && start.max > 0
}

function candidates(tree: PlannedTree, { start }: StartLoad): number[] {
  const turns = tree.sessions[0]!.turns
  const last = turns.length - 1
  const from = Math.min(Math.floor(turns.length * start.min), last)
  const to = Math.min(Math.floor(turns.length * start.max), last)
  const fitting: number[] = []
  for (let turn = from; turn <= to; turn += 1) if (!turns[turn]!.overContext) fitting.push(turn)
  return fitting
}

/** 0 where none fits. */
function drawnTurn(turns: readonly number[], draw: number): number {
  return turns[Math.floor(draw * turns.length)] ?? 0
}

/** The instant at share `draw` of the pauses laid end to end; undefined where there is none. */
function drawnPause(tree: PlannedTree, turns: readonly number[], draw: number): Start | undefined {
  const pausesMs = turns.map((turn) => pauseAfter(tree, turn))
  let leftMs = draw * pausesMs.reduce((sum, pauseMs) => sum + pauseMs, 0)
  for (const [i, pauseMs] of pausesMs.entries()) {
    if (leftMs < pauseMs) return { startTurn: turns[i]!, residualThinkMs: pauseMs - leftMs }
    leftMs -= pauseMs
  }
  return undefined
}

/** From the end of a root turn to the first turn that waits for it and for no later one: the next of the root, or a subagent's first. */
function pauseAfter({ sessions }: PlannedTree, turn: number): number {
  const spawned = new Set<number>()
  let pauseMs = Number.POSITIVE_INFINITY
  for (const [s, { turns }] of sessions.entries()) {
    const need = s === 0 ? undefined : turns[0]?.needs.find(({ session, turn: on }) => session === 0 && on === turn)
    if (!need) continue
    spawned.add(s)
    pauseMs = Math.min(pauseMs, need.delayMs)
  }
  const needs = sessions[0]!.turns[turn + 1]?.needs ?? []
  const waitsForThem = needs.some(({ session }) => spawned.has(session))
  if (!waitsForThem)
    for (const { session, turn: on, delayMs } of needs)
      if (session === 0 && on === turn) pauseMs = Math.min(pauseMs, delayMs)
  return Number.isFinite(pauseMs) ? pauseMs : 0
}
