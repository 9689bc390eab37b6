export { EngineTarget, type EngineTargetOptions } from './engine-target.ts'
