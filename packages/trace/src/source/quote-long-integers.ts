/** From here on a double may stand for several integers. */
const digitsOfADouble = 16

/**
 * The JSON text with every integer of 16 digits or more in quotes, since `JSON.parse` would round it. Text inside strings is left alone;
 * a text without such integers comes back as it is.
 */
export function quoteLongIntegers(text: string): string {
  if (!/\d{16}/.test(text)) return text
  const parts: string[] = []
  let from = 0
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code === 0x22) {
      i = endOfString(text, i)
      continue
    }
    if (!isDigit(code)) continue
    const end = endOfNumber(text, i)
    if (end - i >= digitsOfADouble && isWholeNumber(text, i, end)) {
      parts.push(text.slice(from, i), '"', text.slice(i, end), '"')
      from = end
    }
    i = end - 1
  }
  parts.push(text.slice(from))
  return parts.join('')
}

/** The index of the closing quote; of the end where there is none. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code === 0x5c) i += 1
    else if (code === 0x22) return i
  }
  return text.length
}

/** Behind its last digit, sign, point or exponent. */
function endOfNumber(text: string, start: number): number {
  let end = start
  while (end < text.length && isOfNumber(text.charCodeAt(end))) end += 1
  return end
}

function isWholeNumber(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if (!isDigit(text.charCodeAt(i))) return false
  return text.charCodeAt(start - 1) !== 0x2d
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** Digits, `.`, `e`, `E`, `+`, `-`. */
function isOfNumber(code: number): boolean {
  return isDigit(code) || code === 0x2e || code === 0x65 || code === 0x45 || code === 0x2b || code === 0x2d
}
