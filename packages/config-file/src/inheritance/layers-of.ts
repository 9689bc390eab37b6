/** Deeper than this is no inheritance that anybody could follow. */
export const maxInheritanceLevels = 16

/**
 * `first` and all that it extends, most basic first and `first` last, each once: laid down in this order, what is named later wins,
 * `first` wins over all, and a base that two others extend undoes neither.
 *
 * `basesOf` gives the bases of a layer in their order; it is asked once of each. Its `trail` begins with `first` and ends with the layer
 * itself: whoever names a base that is in the trail goes in a circle, and has to leave that base out, as one past `maxInheritanceLevels`.
 */
export function layersOf<T>(first: T, basesOf: (layer: T, trail: readonly T[]) => Iterable<T>): T[] {
  const seen = new Set<T>()
  const layers: T[] = []
  const visit = (layer: T, below: readonly T[]) => {
    seen.add(layer)
    const trail = [...below, layer]
    for (const base of basesOf(layer, trail)) if (!seen.has(base)) visit(base, trail)
    layers.push(layer)
  }
  visit(first, [])
  return layers
}
