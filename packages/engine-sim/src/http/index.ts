export { noTemplateTokens, type TemplateTokens } from './digest-prompt.ts'
export { type FailureKind, type Failures, failureKinds } from './failures.ts'
export { startRouter } from './start-router.ts'
export { startServer } from './start-server.ts'
