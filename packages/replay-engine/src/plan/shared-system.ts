import { z } from 'zod'
import type { Play } from './play.ts'

/** How much of the system prompts all trees have in common: all that the traces declare, or so many tokens at most. */
export const SharedSystem = z.union([z.literal('declared'), z.int().positive()])
export type SharedSystem = z.infer<typeof SharedSystem>

/** `head`: of the scopes of the load's plays, so that the points of a sweep do not warm each other's cache. */
export function sharedSystemOf(
  { sharedSystem }: { readonly sharedSystem?: SharedSystem | undefined },
  head: string,
): Pick<Play, 'sharedSystem'> {
  if (sharedSystem === undefined) return {}
  return { sharedSystem: { scope: `${head}/`, ...(sharedSystem !== 'declared' && { tokens: sharedSystem }) } }
}
