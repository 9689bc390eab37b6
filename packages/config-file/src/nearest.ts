/** The word of `words` that `word` is most likely a misspelling of: at most a third of it differs. Absent if none is near. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  if (word.length > 60) return undefined
  const plain = word.toLowerCase().replaceAll('_', '-')
  let best: { readonly word: string; readonly distance: number } | undefined
  for (const candidate of words) {
    const other = candidate.toLowerCase()
    const most = Math.min(
      Math.max(1, Math.floor(candidate.length / 3)),
      (best?.distance ?? Number.POSITIVE_INFINITY) - 1,
    )
    if (Math.abs(other.length - plain.length) > most) continue
    const distance = editDistance(plain, other)
    if (distance <= most) best = { word: candidate, distance }
  }
  return best?.word
}

/** Insertions, deletions and substitutions between two words. Source: Wagner and Fischer, 1974. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, substitution))
    }
    row = next
  }
  return row[b.length]!
}
