export { identityHeaders } from './identity-headers.ts'
export { makeRecorder } from './record/make-recorder.ts'
