export {
  checkSteps,
  type StepCheck,
  type StepDifference,
  StepLogError,
  UnsupportedEngineConfig,
} from './check/index.ts'
export {
  defaultEngine,
  type Engine,
  EngineConfig,
  EngineConfigError,
  type EngineCounts,
  type EngineListener,
  type EngineMaker,
  type EngineOptions,
  type EngineRequest,
  Fleet,
  fleetOf,
  makeEngine,
  parseEngineConfig,
  type RequestTiming,
  type Router,
  roundRobin,
  SchedulerConfig,
  StepTime,
} from './core/index.ts'
export { EngineTarget, type EngineTargetOptions } from './in-process/index.ts'
