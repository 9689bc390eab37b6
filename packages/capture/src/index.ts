export type { ProxyCounts } from './proxy/start-proxy.ts'
export type { RecordingProgress } from './thread/recording-messages.ts'
export { type Capture, startCapture, type ToolCounts } from './thread/start-capture.ts'
