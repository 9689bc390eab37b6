/** More nodes than any cluster has: a list that says so is no list. */
const maxNodes = 100_000

/**
 * The names that a list expression of Slurm stands for, in its order: `gpu[0-2,7],login` is gpu0, gpu1, gpu2, gpu7 and login, and
 * `r[1-2]n[01-02]` has four. Undefined where it is no list.
 */
export function expandNodeList(list: string): string[] | undefined {
  if (list.trim() === '') return []
  const names: string[] = []
  for (const each of splitOutside(list.trim())) {
    const expanded = expandOne(each)
    if (expanded === undefined || names.length + expanded.length > maxNodes) return undefined
    names.push(...expanded)
  }
  return names
}

/** At the commas that stand in no brackets. */
function splitOutside(list: string): string[] {
  return list.split(/,(?![^[\]]*\])/)
}

function expandOne(text: string): string[] | undefined {
  const found = /^([^[\]]*)\[([0-9,-]+)\](.*)$/.exec(text)
  if (!found) return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text) ? [text] : undefined
  const [, before, ranges, after] = found
  const numbers = ranges!.split(',').map(numbersOf)
  if (numbers.some((each) => each === undefined)) return undefined
  const names = numbers.flatMap((each) => each!).map((number) => expandOne(`${before}${number}${after}`))
  return names.some((each) => each === undefined) ? undefined : names.flatMap((each) => each!)
}

/** Of `3` or `08-11`; a first number with zeros before it says how wide they all are. */
function numbersOf(range: string): string[] | undefined {
  const found = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(range)
  if (!found) return undefined
  const [first, last] = [Number(found[1]), Number(found[2] ?? found[1])]
  if (last < first || last - first >= maxNodes) return undefined
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i).padStart(found[1]!.length, '0'))
}
