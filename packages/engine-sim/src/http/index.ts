export { noTemplateTokens, type TemplateTokens } from './digest-prompt.ts'
export { startServer } from './start-server.ts'
