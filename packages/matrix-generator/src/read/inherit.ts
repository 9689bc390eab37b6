import {
  isMapping,
  type Locations,
  layersOf,
  type Mapping,
  maxInheritanceLevels,
  mergeLayers,
  type Problem,
  quoted,
} from '@reprise/config-file'
import { nearest } from '@reprise/config-file/nearest'
import { printable } from '@reprise/safe-text'

/** Top-level keys of a master file that are not entries. */
const reservedKeys: readonly string[] = ['defaults', 'templates']

/** So many members all entries of a file may be made of together; the largest public file has 60,000 values, written out. */
const maxMembers = 300_000

/** At most so many mistakes of this kind are worth telling of one file. */
const maxProblems = 200

/**
 * The entries of a master file with what they inherit filled in, so that nothing has to be written twice:
 *
 * - `defaults:` is merged under every entry of the file;
 * - `templates:` names partial entries, and `extends: name` (or a list of names, later ones winning) merges them under an entry
 *   or under another template. A template that two others extend is laid down once, and undoes neither.
 *
 * What an entry says itself wins. Mappings are merged member by member; a list replaces a list. Places are kept, so that a
 * wrong value is shown where it is written. InferenceX has no such form; plain files come back as they are.
 */
export function inherit(file: Mapping, locations: Locations, problems: Problem[]): Mapping {
  if (!reservedKeys.some((key) => Object.hasOwn(file, key))) return file
  return new Inheritance(file, locations, problems).resolve()
}

/** A template by its name, or the entry that extends them. */
type Layer = string | undefined

class Inheritance {
  readonly #file: Mapping
  readonly #locations: Locations
  readonly #problems: Problem[]
  readonly #templates: Mapping
  #told = 0
  readonly #budget = { members: maxMembers }

  constructor(file: Mapping, locations: Locations, problems: Problem[]) {
    this.#file = file
    this.#locations = locations
    this.#problems = problems
    this.#templates = this.#mappingAt('templates')
  }

  resolve(): Mapping {
    const defaults = this.#mappingAt('defaults')
    const resolved: Record<string, unknown> = {}
    const own = this.#locations.own(this.#file)
    if (own !== undefined) this.#locations.setOwn(resolved, own)
    for (const [key, entry] of Object.entries(this.#file)) {
      if (reservedKeys.includes(key)) continue
      resolved[key] = isMapping(entry) ? this.#entry(key, entry, defaults) : entry
      this.#copyMember(resolved, this.#file, key)
      if (this.#budget.members < 0) {
        this.#report([key], 'too-large', `the entries up to ${quoted(key)} inherit too much`, 'shorten defaults')
        break
      }
    }
    return resolved
  }

  #mappingAt(key: 'defaults' | 'templates'): Mapping {
    const value = this.#file[key]
    if (isMapping(value) || value === undefined) return value ?? {}
    this.#report([key], 'extends', `${key} is ${quoted(value)}`, 'write a mapping')
    return {}
  }

  #entry(key: string, entry: Mapping, defaults: Mapping): Mapping {
    const partialOf = (layer: Layer) => (layer === undefined ? entry : (this.#templates[layer] as Mapping))
    const layers = layersOf<Layer>(undefined, (layer, trail) =>
      this.#basesOf(partialOf(layer), layer === undefined ? [key] : ['templates', layer], trail),
    )
    const partials = layers.map((layer) => this.#withoutExtends(partialOf(layer)))
    return mergeLayers([defaults, ...partials], { locations: this.#locations, budget: this.#budget })
  }

  *#basesOf(partial: Mapping, path: readonly string[], trail: readonly Layer[]): Iterable<string> {
    if (!Object.hasOwn(partial, 'extends')) return
    const { extends: named } = partial
    for (const name of Array.isArray(named) ? (named as unknown[]) : [named]) {
      if (this.#told === maxProblems) return
      const refusal = this.#refusalOf(name, trail)
      if (refusal === undefined) yield name as string
      else this.#report([...path, 'extends'], 'extends', ...refusal)
    }
  }

  #refusalOf(name: unknown, trail: readonly Layer[]): [message: string, cure: string] | undefined {
    if (typeof name !== 'string' || !Object.hasOwn(this.#templates, name) || !isMapping(this.#templates[name])) {
      const known = Object.keys(this.#templates)
      const guess = typeof name === 'string' ? nearest(name, known) : undefined
      const choices = printable(known.join(', ')) || 'none is defined'
      const cure = guess === undefined ? `templates of this file: ${choices}` : `did you mean ${guess}?`
      return [`no template ${quoted(name)}`, cure]
    }
    if (trail.includes(name)) return [`the template ${quoted(name)} extends itself`, 'break the circle']
    if (trail.length <= maxInheritanceLevels) return undefined
    return ['templates are nested too deep', `keep to ${maxInheritanceLevels} levels`]
  }

  #withoutExtends(partial: Mapping): Mapping {
    if (!Object.hasOwn(partial, 'extends')) return partial
    const { extends: _, ...bare } = partial
    const own = this.#locations.own(partial)
    if (own !== undefined) this.#locations.setOwn(bare, own)
    for (const key of Object.keys(bare)) this.#copyMember(bare, partial, key)
    return bare
  }

  #copyMember(to: object, from: object, key: string): void {
    const spots = this.#locations.member(from, key)
    if (spots !== undefined) this.#locations.setMember(to, key, spots)
  }

  #report(path: readonly PropertyKey[], code: string, message: string, cure: string): void {
    this.#told += 1
    const place = this.#locations.place(this.#file, path)
    this.#problems.push({ severity: 'error', code, ...(place && { place }), message, cure })
  }
}
