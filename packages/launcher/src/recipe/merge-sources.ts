import type { Locations } from '@reprise/matrix-generator'

export type Mapping = Readonly<Record<string, unknown>>

/**
 * A file over its base. Mappings are merged member by member, lists are appended to the base's, and a null takes away what
 * the base has; the words of a `command` are one value, and replace. Places are kept, so that a problem is shown where it is written.
 */
export function mergeSources(base: Mapping, over: Mapping, locations: Locations): Mapping {
  const merged: Record<string, unknown> = {}
  const own = locations.own(over) ?? locations.own(base)
  if (own !== undefined) locations.setOwn(merged, own)
  for (const from of [base, over]) {
    for (const [key, value] of Object.entries(from)) {
      const below = merged[key]
      merged[key] = mergeValues(key, below, value, locations)
      const spots = locations.member(from, key)
      if (spots !== undefined) locations.setMember(merged, key, spots)
    }
  }
  return merged
}

function mergeValues(key: string, below: unknown, value: unknown, locations: Locations): unknown {
  if (isMapping(below) && isMapping(value)) return mergeSources(below, value, locations)
  if (Array.isArray(below) && Array.isArray(value) && key !== 'command') return appended(below, value, locations)
  return value
}

function appended(first: readonly unknown[], second: readonly unknown[], locations: Locations): unknown[] {
  const list: unknown[] = []
  for (const from of [first, second]) {
    for (const [i, item] of from.entries()) {
      const spots = locations.member(from, i)
      if (spots !== undefined) locations.setMember(list, list.length, spots)
      list.push(item)
    }
  }
  const own = locations.own(second) ?? locations.own(first)
  if (own !== undefined) locations.setOwn(list, own)
  return list
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}
