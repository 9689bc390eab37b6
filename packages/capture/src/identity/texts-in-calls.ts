/** A call of a tool with the texts that it was given. */
export interface CallTexts {
  /** Among the calls of the reply. */
  readonly call: number
  readonly text: string
}

/** Shorter ones come in by chance. */
const shortest = 16

/**
 * The texts among the arguments of a reply's tool calls.
 *
 * @param tool names and arguments of the calls, one after the other, as they came.
 */
export function textsInCalls(tool: string, names: readonly string[]): CallTexts[] {
  const starts: number[] = []
  let from = 0
  for (const name of names) {
    const at = Math.max(tool.indexOf(name, from), from)
    starts.push(at)
    from = at + name.length
  }
  return [...tool.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].flatMap((match) => {
    const text = unescaped(match[0])
    const call = starts.findLastIndex((start) => start <= match.index)
    return text === undefined || text.length < shortest || call < 0 ? [] : [{ call, text }]
  })
}

function unescaped(literal: string): string | undefined {
  try {
    return String(JSON.parse(literal)).trim()
  } catch {
    return undefined
  }
}
