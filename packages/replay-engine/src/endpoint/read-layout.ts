/**
 * How many tokens a chat template puts before each message and behind the last one, told from the ids of one conversation with two sets of
 * words: where they differ there is a word. `lengths`: the words of each message.
 *
 * Undefined where words and tokens do not match one to one, as where they are not one token each, or the template moves or changes them.
 */
export function readLayout(
  one: readonly number[],
  other: readonly number[],
  lengths: readonly number[],
): readonly number[] | undefined {
  if (one.length !== other.length) return undefined
  const words: number[] = []
  for (const [at, id] of one.entries()) if (id !== other[at]) words.push(at)
  const between: number[] = []
  let read = 0
  let end = 0
  for (const length of lengths) {
    const first = words[read]
    const last = words[read + length - 1]
    if (first === undefined || last === undefined || last - first !== length - 1) return undefined
    between.push(first - end)
    end = last + 1
    read += length
  }
  return read === words.length ? [...between, one.length - end] : undefined
}
