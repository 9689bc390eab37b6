export { type ExportShapeName, exportShapes } from '../export/exporters.ts'
export { type IdentityKey, identityKeys, type SaidIdentity } from '../export/run/published-identity.ts'
export { writeExports } from './write-exports.ts'
export { writeReplayReport } from './write-replay-report.ts'
