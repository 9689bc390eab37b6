export type { Cancel, Clock } from './clock/clock.ts'
export { ContinuedClock } from './clock/continued-clock.ts'
export { monotonicOriginMs } from './clock/monotonic-origin.ts'
export { onAbort } from './clock/on-abort.ts'
export { sleepUntil } from './clock/sleep-until.ts'
export { VirtualClock, VirtualTimeStuck } from './clock/virtual-clock.ts'
export { WallClock } from './clock/wall-clock.ts'
export { LanesLoad, type Warmup } from './plan/load.ts'
export { Plan, type PlannedDependency, type PlannedSession, type PlannedTree, type PlannedTurn } from './plan/plan.ts'
export { PlanError } from './plan/plan-error.ts'
export { type LoadOverrides, planLoad } from './plan/plan-load.ts'
export { type PlanOptions, planReplay } from './plan/plan-replay.ts'
export { type Play, playOf } from './plan/play-of.ts'
export { type Preset, type PresetLoad, type PresetName, presets } from './plan/presets.ts'
export { parsePlan, planDigest, planTextDigest, renderPlan } from './plan/render-plan.ts'
export type { PlannedRequest, PromptContent, Target } from './port/target.ts'
export { parseRecord, RecordError, renderRecord } from './record/parse-record.ts'
export { Phase, RequestRecord } from './record/request-record.ts'
export { parseAddress, renderAddress, type TurnAddress } from './record/turn-address.ts'
export { type EndedTurn, type PlayedTurns, type Progress, ProgressMeter } from './replay/progress.ts'
export { replay } from './replay/replay.ts'
export type {
  PhaseSpan,
  PlayCounts,
  RecordCounts,
  ReplayOptions,
  ReplaySummary,
  RunEnd,
  StopCause,
} from './replay/replay-options.ts'
export { type ReadyTurn, TurnGraph } from './replay/turn-graph.ts'
