/** Where the lists under the keys begin in a JSON text, in order: the offsets of their brackets. */
export function listStarts(bytes: Buffer, keys: readonly Buffer[]): number[] {
  const starts: number[] = []
  for (const key of keys) {
    for (let at = bytes.indexOf(key); at >= 0; at = bytes.indexOf(key, at + key.length)) {
      if (isEscaped(bytes, at)) continue
      const colon = passBlanks(bytes, at + key.length)
      if (bytes[colon] !== 0x3a) continue
      const start = passBlanks(bytes, colon + 1)
      if (bytes[start] === 0x5b) starts.push(start)
    }
  }
  return keys.length > 1 ? starts.sort((a, b) => a - b) : starts
}

/** The keys as `listStarts` looks for them. */
export function quotedKeys(keys: readonly string[]): Buffer[] {
  return keys.map((key) => Buffer.from(`"${key}"`))
}

export function passBlanks(bytes: Buffer, from: number): number {
  let at = from
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0a || bytes[at] === 0x0d) at += 1
  return at
}

/** A quote inside a text follows an odd number of backslashes. */
function isEscaped(bytes: Buffer, at: number): boolean {
  let before = at - 1
  while (before >= 0 && bytes[before] === 0x5c) before -= 1
  return (at - 1 - before) % 2 === 1
}
