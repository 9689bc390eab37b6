/** A line break, an escape, a change of direction: characters that no word of a command and no line of a log may hold. */
export function hasControls(text: string): boolean {
  return /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(text)
}
