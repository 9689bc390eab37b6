export { parseClosedLoopPlan } from './closed-loop-plan.ts'
export { type MeasuredRequest, parseMeasuredRequests } from './measured-requests.ts'
export { type PlayedRequest, runClosedLoop } from './run-closed-loop.ts'
export { medianFigures, type ServedFigures, servedFigures } from './served-figures.ts'
