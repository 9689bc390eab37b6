export { checkSteps, stepLines } from './check/index.ts'
export { defaultEngine, type Engine, EngineConfig, Fleet, makeEngine, parseEngineConfig } from './core/index.ts'
export {
  fitFrontend,
  fitRecords,
  fitStepTime,
  type RecordsFit,
  StepFitError,
  type StepTimeFit,
  samplesOfLog,
  stepLimitsOf,
} from './fit/index.ts'
export {
  type MeasuredClient,
  type MeasuredRequest,
  measuredClient,
  medianFigures,
  type PlayedRequest,
  parseClosedLoopPlan,
  parseMeasuredRequests,
  runClosedLoop,
  type ServedFigures,
  servedFigures,
} from './logged-plan/index.ts'
