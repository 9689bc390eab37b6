export { behindFrontend } from './behind-frontend.ts'
export { EngineTarget, type EngineTargetOptions } from './engine-target.ts'
