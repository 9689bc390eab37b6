/** The text on one line, without control characters and with single spaces, at most `maxLength` characters long: fit for a terminal whoever wrote it. */
export function plainText(text: string, maxLength = 200): string {
  const clean = text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim()
  const letters = [...clean]
  return letters.length > maxLength ? `${letters.slice(0, maxLength - 3).join('')}...` : clean
}
