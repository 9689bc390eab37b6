export {
  checkSteps,
  type StepCheck,
  type StepDifference,
  StepLogError,
  UnsupportedEngineConfig,
} from './check/index.ts'
export {
  defaultEngine,
  Engine,
  EngineConfig,
  EngineConfigError,
  type EngineCounts,
  type EngineListener,
  type EngineOptions,
  type EngineRequest,
  parseEngineConfig,
  type RequestTiming,
  SchedulerConfig,
  StepTime,
} from './core/index.ts'
export { EngineTarget, type EngineTargetOptions } from './in-process/index.ts'
