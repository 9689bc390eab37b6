export { checkSteps } from './check/index.ts'
export { defaultEngine, type Engine, EngineConfig, Fleet, makeEngine, parseEngineConfig } from './core/index.ts'
export { EngineTarget } from './in-process/index.ts'
