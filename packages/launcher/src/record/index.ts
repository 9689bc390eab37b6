export { launchFiles } from './launch-files.ts'
export {
  EvalRecord,
  LaunchEndRecord,
  LaunchFailureRecord,
  LaunchRecord,
  ServerRecord,
} from './launch-record.ts'
