import { printable } from '@reprise/safe-text'
import type { Alias, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import { isMapping, type Mapping } from '../mapping.ts'
import type { Problem } from '../problem.ts'
import { quoted } from '../quoted.ts'
import { maxValues } from './limits.ts'
import type { Locations, Spot, TextSource } from './locations.ts'

/** A mapping that is being filled. */
type Members = Record<string, unknown>

/** At most so many problems are worth telling of one file. */
const maxProblems = 200

/** What a conversion needs beside the nodes; `problems` grows. */
export interface Conversion {
  readonly source: TextSource
  readonly locations: Locations
  readonly problems: Problem[]
  /** `last-wins` is what PyYAML does; then a repeated key is only a warning. */
  readonly duplicateKeys: 'error' | 'last-wins'
}

/**
 * The plain value of a YAML node, its places noted in `locations`. Aliases share the value of their anchor, so a bomb costs
 * nothing to convert; how large it would be when walked is counted, and refused above `maxValues`.
 */
export function toValue(node: unknown, conversion: Conversion): unknown {
  return new Converter(conversion).convert(node)
}

class Converter {
  readonly #conversion: Conversion
  /** Anchors as far as read; one whose value is still being read is `open`. */
  readonly #anchors = new Map<string, { readonly value: unknown; readonly size: number } | 'open'>()
  #size = 0
  #isOverLimit = false

  constructor(conversion: Conversion) {
    this.#conversion = conversion
  }

  convert(node: unknown): unknown {
    if (node === null || node === undefined || this.#isOverLimit) return null
    if (isAlias(node)) return this.#alias(node)
    const { anchor } = node as Scalar | YAMLMap | YAMLSeq
    if (anchor === undefined) return this.#value(node as Node)
    this.#anchors.set(anchor, 'open')
    const before = this.#size
    const value = this.#value(node as Node)
    this.#anchors.set(anchor, { value, size: this.#size - before })
    return value
  }

  #value(node: Node): unknown {
    this.#count(1, node)
    if (isMap(node)) return this.#map(node)
    if (isSeq(node)) return this.#seq(node)
    return isScalar(node) ? node.value : null
  }

  #alias(node: Alias): unknown {
    const target = this.#anchors.get(node.source)
    if (target === undefined || target === 'open') {
      const name = printable(node.source)
      const message =
        target === 'open' ? `*${name} stands inside its own anchor` : `no anchor &${name} before this alias`
      this.#problem('alias', node, message, 'define the anchor above and outside the place that uses it')
      return null
    }
    this.#count(target.size, node)
    return target.value
  }

  #seq(node: YAMLSeq): unknown[] {
    const list: unknown[] = []
    this.#conversion.locations.setOwn(list, this.#spot(node))
    for (const [i, item] of node.items.entries()) {
      list.push(this.convert(item))
      const spot = this.#spot(item as Node)
      this.#conversion.locations.setMember(list, i, { key: spot, value: spot })
    }
    return list
  }

  #map(node: YAMLMap): Mapping {
    const own: Members = {}
    this.#conversion.locations.setOwn(own, this.#spot(node))
    const merges: Mapping[] = []
    for (const pair of node.items as Pair[]) {
      if (isMergeKey(pair.key)) merges.push(...this.#merged(pair))
      else this.#member(own, pair)
    }
    return merges.length === 0 ? own : this.#flatten(own, merges, node)
  }

  #member(own: Members, pair: Pair): void {
    const key = this.#key(pair)
    const value = this.convert(pair.value)
    if (key === undefined) return
    const at = pair.key as Node
    if (Object.hasOwn(own, key)) this.#duplicate(key, at)
    own[key] = value
    const spot = this.#spot(at)
    this.#conversion.locations.setMember(own, key, {
      key: spot,
      value: pair.value === null ? spot : this.#spot(pair.value as Node),
    })
  }

  #key(pair: Pair): string | undefined {
    const node = pair.key
    const value = this.convert(node)
    if (this.#isOverLimit) return undefined
    if (typeof value === 'string' && value !== '__proto__' && value !== '') return value
    const cure = value === '__proto__' ? 'choose another name' : 'put the key in quotes, or give it a name'
    const shown = isScalar(node) ? (node.source ?? quoted(value)) : 'a list or a mapping'
    this.#problem('key', node as Node, `${printable(String(shown), 60) || 'nothing'} cannot be a key`, cure)
    return undefined
  }

  #duplicate(key: string, at: Node): void {
    const lastWins = this.#conversion.duplicateKeys === 'last-wins'
    const message = `the key ${quoted(key)} is written twice${lastWins ? '; the last one counts' : ''}`
    this.#problem('duplicate-key', at, message, 'keep one of them', lastWins ? 'warning' : 'error')
  }

  /** The mappings that one `<<` key brings in, the most binding first. */
  #merged(pair: Pair): Mapping[] {
    const before = this.#conversion.problems.length
    const value = this.convert(pair.value)
    if (this.#conversion.problems.length > before) return []
    const all = Array.isArray(value) ? (value as unknown[]) : [value]
    if (all.every(isMapping)) return all
    this.#problem(
      'merge',
      pair.value as Node,
      '<< takes a mapping or a list of mappings',
      'point it at the anchor of a mapping',
    )
    return []
  }

  /** Merged members first and the mapping's own last, as PyYAML orders them; an own member wins over a merged one. */
  #flatten(own: Mapping, merges: readonly Mapping[], node: YAMLMap): Mapping {
    const { locations } = this.#conversion
    const flat: Members = {}
    locations.setOwn(flat, this.#spot(node))
    for (const from of [...merges.toReversed(), own]) {
      for (const [key, value] of Object.entries(from)) {
        flat[key] = value
        const spots = locations.member(from, key)
        if (spots !== undefined) locations.setMember(flat, key, spots)
      }
    }
    return flat
  }

  #count(values: number, at: Node): void {
    this.#size += values
    if (this.#size <= maxValues || this.#isOverLimit) return
    this.#isOverLimit = true
    this.#problem(
      'too-large',
      at,
      `the file holds more than ${maxValues} values, aliases included`,
      'split it, or use fewer aliases',
    )
  }

  #spot(node: Node | null | undefined): Spot {
    return { source: this.#conversion.source, offset: node?.range?.[0] ?? 0 }
  }

  #problem(
    code: string,
    node: Node | null,
    message: string,
    cure: string,
    severity: Problem['severity'] = 'error',
  ): void {
    if (this.#conversion.problems.length >= maxProblems) return
    const { source, offset } = this.#spot(node)
    this.#conversion.problems.push({ severity, code, place: source.place(offset), message, cure })
  }
}

function isMergeKey(node: unknown): boolean {
  return isScalar(node) && node.type === 'PLAIN' && node.value === '<<'
}
