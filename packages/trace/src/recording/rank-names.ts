/** A name for each of the instants, by its rank in time: those of equal instants in their order. All have equally many digits. */
export function rankNames(startsMs: readonly number[]): string[] {
  const digits = String(startsMs.length).length
  const names: string[] = new Array(startsMs.length)
  const inTime = [...startsMs.keys()].sort((a, b) => startsMs[a]! - startsMs[b]!)
  for (const [rank, index] of inTime.entries()) names[index] = `request_${String(rank + 1).padStart(digits, '0')}`
  return names
}
