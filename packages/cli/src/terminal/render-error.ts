import { exitCodes } from './exit-codes.ts'

/** What is said about an error that ends a command with `code`. */
export function renderError(error: unknown, code: number): string {
  if (code !== exitCodes.bug) return `reprise: ${(error as Error).message}\n`
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `reprise: this is a bug of ours; please report it with the command line.\n${detail}\n`
}
