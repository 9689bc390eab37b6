export { checkSteps, type StepCheck, type StepDifference } from './check-steps.ts'
export { stepLines } from './step-lines.ts'
export { StepLogError, UnsupportedEngineConfig } from './step-log-error.ts'
