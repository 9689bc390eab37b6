import { isMapping, type Mapping } from '../mapping.ts'
import type { Locations } from '../yaml/locations.ts'

export interface MergeRules {
  /** Told where everything of the merged mapping is written, so that a problem is shown there. */
  readonly locations: Locations
  /** Is the list under this key appended to the one below it? Default: a list replaces a list. */
  readonly appends?: (key: string) => boolean
  /** How many members may still be laid down; falls. Below 0 nothing is merged any more, and what comes back means nothing. */
  readonly budget?: { members: number }
}

/**
 * The layers as one mapping, the first the lowest: mappings are merged member by member, lists as the rules say, and any other value
 * replaces what is below it, a null too.
 */
export function mergeLayers(layers: readonly Mapping[], rules: MergeRules): Mapping {
  return layers.reduce((under, over) => mergeMappings(under, over, rules), {})
}

function mergeMappings(under: Mapping, over: Mapping, rules: MergeRules): Mapping {
  const { locations, budget } = rules
  const merged: Record<string, unknown> = {}
  copyOwn(merged, [over, under], locations)
  for (const from of [under, over]) {
    const members = Object.entries(from)
    if (budget !== undefined) budget.members -= members.length
    if (budget !== undefined && budget.members < 0) return merged
    for (const [key, value] of members) {
      merged[key] = mergeValues(key, merged[key], value, rules)
      copyMember(merged, key, from, key, locations)
    }
  }
  return merged
}

function mergeValues(key: string, below: unknown, value: unknown, rules: MergeRules): unknown {
  if (isMapping(below) && isMapping(value)) return mergeMappings(below, value, rules)
  if (Array.isArray(below) && Array.isArray(value) && rules.appends?.(key)) return append(below, value, rules.locations)
  return value
}

function append(first: readonly unknown[], second: readonly unknown[], locations: Locations): unknown[] {
  const list: unknown[] = []
  copyOwn(list, [second, first], locations)
  for (const from of [first, second]) {
    for (const [i, item] of from.entries()) {
      copyMember(list, list.length, from, i, locations)
      list.push(item)
    }
  }
  return list
}

/** A merged container stands where the first of those that have a place does. */
function copyOwn(to: object, from: readonly object[], locations: Locations): void {
  const spot = from.map((each) => locations.own(each)).find((each) => each !== undefined)
  if (spot !== undefined) locations.setOwn(to, spot)
}

function copyMember(to: object, key: PropertyKey, from: object, at: PropertyKey, locations: Locations): void {
  const spots = locations.member(from, at)
  if (spots !== undefined) locations.setMember(to, key, spots)
}
