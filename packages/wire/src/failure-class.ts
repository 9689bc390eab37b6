import { z } from 'zod'

/** Why a request failed; docs/glossary.md has a line for each. */
export const FailureClass = z.enum([
  'client-host',
  'connect',
  'disconnect',
  'timeout',
  'rate-limited',
  'bad-request',
  'unknown-model',
  'unauthorized',
  'server-error',
  'error-in-stream',
  'malformed-reply',
  'empty-reply',
])
export type FailureClass = z.infer<typeof FailureClass>
