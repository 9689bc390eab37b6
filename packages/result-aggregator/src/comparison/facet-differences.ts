import type { Facets } from '../render/workload.ts'

/** In what two sides differ, by name, in the order of A and then of B. Absent on one side is that it has none. */
export function facetDifferences(a: Facets, b: Facets): Record<string, { a?: string; b?: string }> {
  const names = [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name))
  return Object.fromEntries(
    names.map((name) => {
      const [ofA, ofB] = [a.get(name), b.get(name)]
      return [name, { ...(ofA !== undefined && { a: ofA }), ...(ofB !== undefined && { b: ofB }) }]
    }),
  )
}
