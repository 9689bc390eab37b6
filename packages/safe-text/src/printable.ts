/**
 * Foreign text made safe for a message: characters that move the cursor, change direction or break the line become
 * spaces, and what is longer than `limit` characters is cut with an ellipsis.
 */
export function printable(text: string, limit = 120): string {
  const flat = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim()
  return flat.length > limit ? `${flat.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/u, '')}…` : flat
}
