import type { Evidence } from './evidence.ts'

/** What to do where the server refuses prompts as too long. */
export function contextCure({ maxContextTokens }: Evidence['load']): string {
  return maxContextTokens === undefined
    ? 'Set --max-context to its limit.'
    : `The plan keeps to ${maxContextTokens} tokens already, and the server holds fewer: set --max-context to its own limit.`
}
