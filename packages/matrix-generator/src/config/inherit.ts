import { printable, quoted } from '../printable.ts'
import type { Problem } from '../problem.ts'
import { nearest } from '../schema/nearest.ts'
import type { Locations } from '../yaml/locations.ts'
import { isMapping, type Mapping } from './unchecked.ts'

/** Top-level keys of a master file that are not entries. */
const reservedKeys = ['defaults', 'templates'] as const

/**
 * The entries of a master file with what they inherit filled in, so that nothing has to be written twice:
 *
 * - `defaults:` is merged under every entry of the file;
 * - `templates:` names partial entries, and `extends: name` (or a list of names, later ones winning) merges them under an entry
 *   or under another template.
 *
 * What an entry says itself wins. Mappings are merged member by member; a list replaces a list. Places are kept, so that a
 * wrong value is shown where it is written. InferenceX has no such form; plain files come back as they are.
 */
export function inherit(file: Mapping, locations: Locations, problems: Problem[]): Mapping {
  if (!Object.hasOwn(file, 'defaults') && !Object.hasOwn(file, 'templates')) return file
  return new Inheritance(file, locations, problems).resolve()
}

class Inheritance {
  readonly #file: Mapping
  readonly #locations: Locations
  readonly #problems: Problem[]
  readonly #templates: Mapping

  constructor(file: Mapping, locations: Locations, problems: Problem[]) {
    this.#file = file
    this.#locations = locations
    this.#problems = problems
    this.#templates = this.#mappingAt('templates')
  }

  resolve(): Mapping {
    const defaults = this.#mappingAt('defaults')
    const resolved: Record<string, unknown> = {}
    this.#copyOwn(resolved, this.#file)
    for (const [key, entry] of Object.entries(this.#file)) {
      if ((reservedKeys as readonly string[]).includes(key)) continue
      resolved[key] = isMapping(entry) ? this.#merge(defaults, this.#extended(entry, [key], [])) : entry
      this.#copyMember(resolved, this.#file, key)
    }
    return resolved
  }

  #mappingAt(key: 'defaults' | 'templates'): Mapping {
    const value = this.#file[key]
    if (isMapping(value) || value === undefined) return value ?? {}
    this.#report([key], `${key} is ${quoted(value)}`, 'write a mapping')
    return {}
  }

  #extended(partial: Mapping, path: readonly string[], trail: readonly string[]): Mapping {
    if (!Object.hasOwn(partial, 'extends')) return partial
    const { extends: names, ...own } = partial
    const bare: Record<string, unknown> = own
    this.#copyOwn(bare, partial)
    for (const key of Object.keys(own)) this.#copyMember(bare, partial, key)
    const bases = (Array.isArray(names) ? (names as unknown[]) : [names]).map((name) =>
      this.#template(name, path, trail),
    )
    return [...bases, bare].reduce((under, over) => this.#merge(under, over))
  }

  #template(name: unknown, path: readonly string[], trail: readonly string[]): Mapping {
    const known = Object.keys(this.#templates)
    if (typeof name !== 'string' || !Object.hasOwn(this.#templates, name) || !isMapping(this.#templates[name])) {
      const guess = typeof name === 'string' ? nearest(name, known) : undefined
      const choices = printable(known.join(', ')) || 'none is defined'
      const cure = guess === undefined ? `templates of this file: ${choices}` : `did you mean ${guess}?`
      this.#report([...path, 'extends'], `no template ${quoted(name)}`, cure)
      return {}
    }
    if (trail.includes(name)) {
      this.#report([...path, 'extends'], `the template ${quoted(name)} extends itself`, 'break the circle')
      return {}
    }
    return this.#extended(this.#templates[name] as Mapping, ['templates', name], [...trail, name])
  }

  #merge(under: Mapping, over: Mapping): Mapping {
    const merged: Record<string, unknown> = {}
    this.#copyOwn(merged, this.#locations.own(over) === undefined ? under : over)
    for (const from of [under, over]) {
      for (const [key, value] of Object.entries(from)) {
        const below = merged[key]
        merged[key] = isMapping(below) && isMapping(value) ? this.#merge(below, value) : value
        this.#copyMember(merged, from, key)
      }
    }
    return merged
  }

  #copyOwn(to: object, from: object): void {
    const spot = this.#locations.own(from)
    if (spot !== undefined) this.#locations.setOwn(to, spot)
  }

  #copyMember(to: object, from: object, key: string): void {
    const spots = this.#locations.member(from, key)
    if (spots !== undefined) this.#locations.setMember(to, key, spots)
  }

  #report(path: readonly PropertyKey[], message: string, cure: string): void {
    const place = this.#locations.place(this.#file, path)
    this.#problems.push({ severity: 'error', code: 'extends', ...(place && { place }), message, cure })
  }
}
