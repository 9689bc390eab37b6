/** The name that takes the fewest changed letters to be reached; the first of several. */
export function nearestName(name: string, names: readonly string[]): string {
  const distances = names.map((other) => changes(name.toLowerCase(), other.toLowerCase()))
  return names[distances.indexOf(Math.min(...distances))] ?? ''
}

/** Letters that are inserted, left out or replaced on the way from one word to another. */
function changes(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (const [row, letter] of [...from].entries()) {
    const line = [row + 1]
    for (let at = 0; at < to.length; at += 1)
      line.push(Math.min(line[at]! + 1, above[at + 1]! + 1, above[at]! + (letter === to[at] ? 0 : 1)))
    above = line
  }
  return above[to.length]!
}
