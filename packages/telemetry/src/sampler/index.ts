export { type PowerProgramName, startPowerProgram } from './power-program.ts'
export { anchorOf, type RunAnchor, runClock } from './run-anchor.ts'
export type { PageAccess } from './scrape-page.ts'
export { ServerSampler } from './server-sampler.ts'
