export { behindFrontend } from './behind-frontend.ts'
export { EngineTarget } from './engine-target.ts'
