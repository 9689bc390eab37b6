/** Foreign text as one printable line of at most `limit` characters: what moves the cursor, changes direction or breaks the line becomes a blank. */
export function oneLine(text: string, limit = 600): string {
  const flat = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim()
  return flat.length > limit ? `${flat.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/u, '')}…` : flat
}
