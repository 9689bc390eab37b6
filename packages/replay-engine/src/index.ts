/** What a record says of a failure. */
export { FailureClass } from '@reprise/wire'
export type { Cancel, Clock } from './clock/clock.ts'
export { ContinuedClock } from './clock/continued-clock.ts'
export { monotonicOriginMs } from './clock/monotonic-origin.ts'
export { onAbort } from './clock/on-abort.ts'
export { sleepUntil } from './clock/sleep-until.ts'
export { VirtualClock } from './clock/virtual-clock.ts'
export { WallClock } from './clock/wall-clock.ts'
export type { LanesLoad } from './plan/lanes-load.ts'
export { arrivalsOf, Load, loadFields, playOf } from './plan/load.ts'
export { Plan } from './plan/plan.ts'
export { PlanError } from './plan/plan-error.ts'
export { type LoadOverrides, type LoadSize, planLoad } from './plan/plan-load.ts'
export { planReplay } from './plan/plan-replay.ts'
export type { PlannedDependency, PlannedTree, PlannedTurn } from './plan/planned-tree.ts'
export type { Arrivals, Play } from './plan/play.ts'
export {
  defaultPreset,
  fixedLengthPreset,
  type OfficialLimits,
  type PresetCorpus,
  type PresetName,
  presetOf,
  presets,
} from './plan/presets.ts'
export { type RampStep, rampSteps } from './plan/ramp.ts'
export { parsePlan, planDigest, planTextDigest, renderPlan } from './plan/render-plan.ts'
export { isOfShard, Shard, slotsOfShard } from './plan/shard.ts'
export type { PlannedRequest, PromptContent, Target } from './port/target.ts'
export { parseRecord, RecordError, renderRecord } from './record/parse-record.ts'
export { PhaseSpan } from './record/phase-span.ts'
export { Phase, RequestRecord } from './record/request-record.ts'
export { isWholeRun, RunEnd, StopCause } from './record/run-end.ts'
export { parseAddress, renderAddress, type TurnAddress } from './record/turn-address.ts'
export { type Progress, ProgressMeter } from './replay/progress.ts'
export { recountHits, type SentRequest, sharesBlocks } from './replay/recount-hits.ts'
export { replay } from './replay/replay.ts'
export type { Appointment, RecordCounts } from './replay/replay-options.ts'
export { type ReadyTurn, TurnGraph } from './replay/turn-graph.ts'
