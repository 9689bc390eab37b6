import { createHash } from 'node:crypto'
import type { PromptPart } from './prompt-part.ts'

/** For each part a key of the prompt up to its end: equal keys, equal beginnings. */
export function chainKeys(parts: readonly PromptPart[]): string[] {
  let before = ''
  return parts.map(({ role, text }) => {
    before = createHash('sha256').update(before).update(role).update('\0').update(text).digest('base64')
    return before
  })
}
