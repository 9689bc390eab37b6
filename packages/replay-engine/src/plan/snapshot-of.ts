import type { Warmup } from './pace.ts'
import type { PlannedTree } from './planned-tree.ts'
import type { Snapshot } from './play.ts'
import { seededRandom } from './seeded-random.ts'

/**
 * The tree at an instant drawn uniformly between two shares of its recorded time, which is from the start of its first request to that of its last.
 * Turns that were recorded to start before it count as done, in every session.
 *
 * Source: the start points of AgentX v1 (SemiAnalysisAI/aiperf, src/aiperf/timing/trajectory_source.py), whose draw is of another generator.
 */
export function snapshotOf(
  { seed, load }: { readonly seed: number; readonly load: SnapshotLoad },
  lane: number,
  { sessions }: PlannedTree,
): Snapshot {
  const { firstMs, lastMs } = spanOf(sessions)
  const { start, timeScale, warmup } = load
  const share = start.min + (start.max - start.min) * seededRandom(seed, 'start instant', lane)()
  const atMs = firstMs + share * (lastMs - firstMs)
  const from = sessions.map(({ turns }) => {
    const next = turns.findIndex(({ startMs = 0 }) => startMs >= atMs)
    return next < 0 ? turns.length : next
  })
  const primers = from.flatMap((next, sessionIndex) =>
    next > 0 && next < sessions[sessionIndex]!.turns.length ? [{ sessionIndex, turn: next - 1 }] : [],
  )
  if (warmup.kind !== 'primers') return { atMs, timeScale, from, primers: [], again: 0 }
  return { atMs, timeScale, from, primers, again: primers.length > 0 ? warmup.againPerLane : 0 }
}

/** What of a load the instant depends on. */
interface SnapshotLoad {
  readonly start: { readonly min: number; readonly max: number }
  readonly timeScale: number
  readonly warmup: Warmup
}

function spanOf(sessions: PlannedTree['sessions']): { firstMs: number; lastMs: number } {
  let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, 0]
  for (const { turns } of sessions) {
    for (const { startMs = 0 } of turns) {
      firstMs = Math.min(firstMs, startMs)
      lastMs = Math.max(lastMs, startMs)
    }
  }
  return { firstMs: Math.min(firstMs, lastMs), lastMs }
}
