const [quote, backslash, colon, openBrace, closeBrace] = [0x22, 0x5c, 0x3a, 0x7b, 0x7d]

/**
 * A key that an object of a JSON text has twice, as it is read: readers differ in which of the two they take. `undefined` where there is none.
 * The text is known to be JSON.
 */
export function duplicateKey(text: string): string | undefined {
  const open: Set<string>[] = []
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code === openBrace) open.push(new Set())
    else if (code === closeBrace) open.pop()
    else if (code === quote) {
      const end = endOfString(text, i)
      if (isKey(text, end)) {
        const key = JSON.parse(text.slice(i, end)) as string
        const keys = open.at(-1)
        if (keys?.has(key)) return key
        keys?.add(key)
      }
      i = end - 1
    }
  }
  return undefined
}

/** Where what follows the string begins. */
function endOfString(text: string, start: number): number {
  let i = start + 1
  while (i < text.length && text.charCodeAt(i) !== quote) i += text.charCodeAt(i) === backslash ? 2 : 1
  return i + 1
}

function isKey(text: string, from: number): boolean {
  let i = from
  while (i < text.length && text.charCodeAt(i) <= 0x20) i += 1
  return text.charCodeAt(i) === colon
}
