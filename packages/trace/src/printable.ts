/**
 * Foreign text made safe for a message: control, bidirectional and line-breaking characters become spaces, and what is
 * longer than `limit` characters is cut with an ellipsis.
 */
export function printable(text: string, limit = 120): string {
  // Only the beginning is looked at, so that a text of millions of characters costs no more than a long one.
  const beginning = text.slice(0, 64 * limit)
  const flat = beginning.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim()
  const isCut = flat.length > limit || beginning.length < text.length
  return isCut ? `${flat.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/u, '')}…` : flat
}
