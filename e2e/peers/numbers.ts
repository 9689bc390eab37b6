/** Numbers by their paths. */
export type Numbers = Readonly<Record<string, number>>

export function numbersOf(value: unknown, path = ''): Numbers {
  if (typeof value === 'number') return { [path]: value }
  if (typeof value !== 'object' || value === null) return {}
  const below = Object.entries(value).map(([key, each]) => numbersOf(each, path === '' ? key : `${path}.${key}`))
  return Object.assign({}, ...below)
}

/** A line for each number of `theirs` that `ours` lacks, or has otherwise than within either bound. */
export function differencesOf(
  theirs: Numbers,
  ours: Numbers,
  { relative, absolute = 0 }: { readonly relative: number; readonly absolute?: number },
): string[] {
  return Object.entries(theirs).flatMap(([path, their]) => {
    const our = ours[path]
    if (our === undefined) return [`${path}: theirs ${their}, ours none`]
    const difference = Math.abs(our - their)
    return difference <= Math.max(absolute, relative * Math.abs(their)) ? [] : [`${path}: theirs ${their}, ours ${our}`]
  })
}
