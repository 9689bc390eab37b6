export { noTemplateTokens, type TemplateTokens } from './digest-prompt.ts'
export { type FailureKind, type Failures, failureKinds } from './failures.ts'
export { startRouter } from './server/start-router.ts'
export { startServer } from './server/start-server.ts'
