export { noTemplateTokens, type TemplateTokens } from './digest-prompt.ts'
export type { ServedRequest } from './request-log.ts'
export { type RunningServer, type ServerOptions, ServerStartError, startServer } from './start-server.ts'
