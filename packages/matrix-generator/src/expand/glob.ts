/** True if the text holds a wildcard. `[` alone is none, as for InferenceX's config keys. */
export function isPattern(text: string): boolean {
  return text.includes('*') || text.includes('?')
}

/**
 * A test for texts that match a shell pattern as a whole: `*` any characters, `?` any one, `[abc]`, `[a-z]` and `[!abc]` one of
 * (not) those. Case counts. Runs in time linear in both, whatever the pattern. Source: Python's fnmatch.
 */
export function globMatcher(pattern: string): (text: string) => boolean {
  const parts = compile(pattern)
  return (text) => matches(parts, [...text])
}

type Part = 'any' | ((character: string) => boolean)

function compile(pattern: string): Part[] {
  const characters = [...pattern]
  const parts: Part[] = []
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!
    const close = character === '[' ? endOfClass(characters, i) : -1
    if (character === '*') {
      if (parts.at(-1) !== 'any') parts.push('any')
    } else if (character === '?') {
      parts.push(() => true)
    } else if (close !== -1) {
      parts.push(characterClass(characters.slice(i + 1, close)))
      i = close
    } else {
      parts.push((other) => other === character)
    }
  }
  return parts
}

/** The index of the `]` that closes a class; a `]` right at its start belongs to it. -1 if none does, and `[` is itself. */
function endOfClass(characters: readonly string[], open: number): number {
  const first = characters[open + 1] === '!' ? open + 2 : open + 1
  return characters.indexOf(']', first + 1)
}

function characterClass(members: readonly string[]): (character: string) => boolean {
  const isNegated = members[0] === '!'
  const list = isNegated ? members.slice(1) : members
  const holds = (character: string) =>
    list.some((member, i) => {
      if (list[i + 1] === '-' && i + 2 < list.length) return character >= member && character <= list[i + 2]!
      return member === character
    })
  return (character) => holds(character) !== isNegated
}

/** Two pointers and one place to come back to: the last `*` takes one more character each time the rest does not fit. */
function matches(parts: readonly Part[], text: readonly string[]): boolean {
  let part = 0
  let at = 0
  let star = -1
  let starAt = 0
  while (at < text.length) {
    const current = parts[part]
    if (current === 'any') {
      star = part++
      starAt = at
    } else if (current?.(text[at]!)) {
      part++
      at++
    } else if (star !== -1) {
      part = star + 1
      at = ++starAt
    } else return false
  }
  return parts.slice(part).every((rest) => rest === 'any')
}
