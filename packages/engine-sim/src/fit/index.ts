export { fitFrontend } from './fit-frontend.ts'
export { fitStepTime, StepFitError, type StepTimeFit } from './fit-step-time.ts'
export { samplesOfLog } from './samples-of-log.ts'
