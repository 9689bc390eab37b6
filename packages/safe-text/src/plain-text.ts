/**
 * Foreign prose as one line: like `printable`, and every run of white space is one blank. At most `limit` UTF-16 units long, with an
 * ellipsis where it was cut, and no half of a character there.
 */
export function plainText(text: string, limit = 200): string {
  // Cut first: a megabyte of error page need not be searched.
  const flat = text
    .slice(0, limit * 4)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\s]+/gu, ' ')
    .trim()
  return flat.length > limit ? `${flat.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/u, '')}…` : flat
}
