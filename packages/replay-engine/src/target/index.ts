export * from '../content/index.ts'
export type { WordCheck } from './check-words.ts'
export { type DebugChunk, type DebugTrace, type LegibleTarget, tracedTarget } from './debug-trace.ts'
export { EndpointError } from './endpoint-error.ts'
export { type EndpointUrl, parseEndpointUrl } from './endpoint-url.ts'
export * from './faults/index.ts'
export type { FoundEngine } from './find-engine.ts'
export type { LengthField } from './http-chat-body.ts'
export { HttpTarget, type HttpTargetOptions } from './http-target.ts'
export { type ProbedEndpoint, type ProbeOptions, probeEndpoint } from './probe-endpoint.ts'
export { resetPrefixCache } from './reset-prefix-cache.ts'
export {
  type ChatTemplate,
  eventOf,
  type StandInCall,
  type StandInOptions,
  type StandInServer,
  startStandInServer,
  type TemplateMessage,
  type TemplatePart,
  usageOf,
} from './stand-in-server.ts'
export { takesTokenIds } from './takes-token-ids.ts'
