/**
 * The name that takes the fewest changed letters to be reached, or to be reached as far as was written: `lama` is nearest to `Llama-3.1-70B`; of several the
 * one that is whole soonest, then the first.
 */
export function nearestName(name: string, names: readonly string[]): string {
  const written = name.toLowerCase()
  const found = names.map((other) => ({ other, ...changes(written, other.toLowerCase()) }))
  return found.sort((one, next) => one.begun - next.begun || one.whole - next.whole)[0]?.other ?? ''
}

/** Letters that are inserted, left out or replaced on the way from one word to another, and to the nearest of its beginnings. */
function changes(from: string, to: string): { readonly begun: number; readonly whole: number } {
  let above = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (const [row, letter] of [...from].entries()) {
    const line = [row + 1]
    for (let at = 0; at < to.length; at += 1)
      line.push(Math.min(line[at]! + 1, above[at + 1]! + 1, above[at]! + (letter === to[at] ? 0 : 1)))
    above = line
  }
  return { begun: Math.min(...above), whole: above[to.length]! }
}
