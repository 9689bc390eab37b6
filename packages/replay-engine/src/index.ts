export type { Cancel, Clock } from './clock/clock.ts'
export { LanesLoad, type Warmup } from './plan/load.ts'
export { Plan, type PlannedDependency, type PlannedSession, type PlannedTree, type PlannedTurn } from './plan/plan.ts'
export { Phase, RequestRecord } from './record/request-record.ts'
export type {
  FailureClass,
  Observer,
  Outcome,
  PayloadKind,
  PlannedRequest,
  PromptContent,
  Target,
  Usage,
} from './target/target.ts'
