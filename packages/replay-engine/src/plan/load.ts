import { z } from 'zod'
import { LanesLoad, lanesArrivals, lanesProblem } from './lanes-load.ts'
import type { PlannedTree } from './planned-tree.ts'
import type { Arrivals, Play } from './play.ts'
import { RateLoad, rateArrivals, rateProblem } from './rate-load.ts'
import { ScheduleLoad, scheduleArrivals, scheduleProblem } from './schedule-load.ts'

/** How a corpus is put on a server: by agents at work, by recorded times, or at a rate. */
export const Load = z.discriminatedUnion('kind', [LanesLoad, ScheduleLoad, RateLoad])
export type Load = z.infer<typeof Load>

/** The part of a plan that says what is played when. */
export interface PlannedLoad {
  readonly seed: number
  readonly blockScope: 'local' | 'global'
  readonly load: Load
  readonly trees: readonly PlannedTree[]
}

/** What the fields of a load say against each other, with the cure; undefined where nothing. */
export function loadProblem(load: Load): string | undefined {
  switch (load.kind) {
    case 'lanes':
      return lanesProblem(load)
    case 'schedule':
      return scheduleProblem(load)
    case 'rate':
      return rateProblem(load)
  }
}

/** The fields of a kind of load, in the order in which they stand in a plan. */
export function loadFields(kind: Load['kind']): string[] {
  return Object.keys({ lanes: LanesLoad, schedule: ScheduleLoad, rate: RateLoad }[kind].shape)
}

const known = new WeakMap<PlannedLoad, Arrivals>()

/** Which plays a plan has, and when they arrive. Plans are never changed: asked again, the answer is at hand. */
export function arrivalsOf(plan: PlannedLoad): Arrivals {
  const before = known.get(plan)
  if (before) return before
  const arrivals = makeArrivals(plan)
  known.set(plan, arrivals)
  return arrivals
}

/** What lane `lane` plays as its `play`-th tree; undefined where the plan has no more for it. */
export function playOf(plan: PlannedLoad, lane: number, play: number): Play | undefined {
  return arrivalsOf(plan).playOf(lane, play)
}

function makeArrivals(plan: PlannedLoad): Arrivals {
  const { load } = plan
  switch (load.kind) {
    case 'lanes':
      return lanesArrivals({ ...plan, load })
    case 'schedule':
      return scheduleArrivals({ ...plan, load })
    case 'rate':
      return rateArrivals({ ...plan, load })
  }
}
