import {
  hasErrors,
  isMapping,
  Locations,
  layersOf,
  type Mapping,
  maxInheritanceLevels,
  mergeLayers,
  type Problem,
  parseYaml,
  problemsOfIssues,
  quoted,
  type TextFile,
} from '@reprise/config-file'
import { printable } from '@reprise/safe-text'
import type * as z from 'zod'
import { basePath, recipeRootOf } from './base-path.ts'
import { checkSource } from './check-source.ts'
import type { Finding } from './finding.ts'
import { RecipeSource, recipeKeys } from './recipe-source.ts'

/** A recipe's file and the bases below it, read and checked one by one, with the places of everything. */
export class Layers {
  readonly locations = new Locations()
  readonly problems: Problem[] = []
  /** In the order in which they are laid down. */
  bases: readonly string[] = []
  readonly #files: ReadonlyMap<string, TextFile>
  readonly #first: string

  constructor(files: readonly TextFile[]) {
    this.#files = new Map(files.map((file) => [file.file, file]))
    this.#first = files[0]!.file
  }

  /**
   * The first file over its bases: lists are appended to the base's, but for the words of a `command`, which are one value and replace.
   * A null stays, and takes away what the base has.
   */
  merge(): Mapping {
    const values = new Map<string, Mapping>()
    const files = layersOf(this.#first, (file, trail) => this.#basesOf(file, trail, values))
    this.bases = files.filter((file) => file !== this.#first && values.has(file))
    const layers = files.map((file) => values.get(file)).filter((value) => value !== undefined)
    return mergeLayers(layers, { locations: this.locations, appends: (key) => key !== 'command' })
  }

  /** Notes what was found below `root`, at its place. */
  report(findings: readonly Finding[], root: unknown): void {
    for (const { severity = 'error', code, path, atKey, offset = 0, message, cure } of findings) {
      const known = atKey ? this.locations.keyPlace(root, path) : this.locations.placeIn(root, path, offset)
      const place = known ?? { file: this.#first, line: 1, column: 1 }
      this.problems.push({ severity, code, place, message, ...(cure !== undefined && { cure }) })
    }
  }

  /** The bases that a file names; its value is put among `values`. */
  *#basesOf(file: string, trail: readonly string[], values: Map<string, Mapping>): Iterable<string> {
    const value = this.#parse(file)
    if (!isMapping(value)) return
    values.set(file, value)
    const { extends: named } = value
    const names: readonly unknown[] = Array.isArray(named) ? named : [named]
    for (const [i, name] of names.entries()) {
      if (typeof name !== 'string') continue
      const base = basePath(recipeRootOf(this.#first), name)
      const refusal = this.#refusalOf(name, base, trail)
      const path = Array.isArray(named) ? ['extends', i] : ['extends']
      if (refusal !== undefined) this.report([{ code: 'extends', path, ...refusal }], value)
      else if (base !== undefined) yield base
    }
  }

  #refusalOf(
    name: string,
    file: string | undefined,
    trail: readonly string[],
  ): Pick<Finding, 'message' | 'cure'> | undefined {
    if (file === undefined)
      return { message: `${quoted(name)} is no base`, cure: 'write a path such as bases/vllm.yaml' }
    if (trail.includes(file)) return { message: `${quoted(name)} extends itself`, cure: 'break the circle' }
    if (trail.length > maxInheritanceLevels)
      return { message: 'bases are nested too deep', cure: `keep to ${maxInheritanceLevels} levels` }
    if (this.#files.has(file)) return undefined
    return {
      message: `there is no ${printable(file, 200)}`,
      cure: 'a path of extends counts from the folder of the recipes',
    }
  }

  #parse(file: string): unknown {
    const { value, problems } = parseYaml(this.#files.get(file)!, this.locations)
    this.problems.push(...problems)
    if (hasErrors(problems)) return undefined
    if (!isMapping(value)) {
      const message = `the file is ${value === null ? 'empty' : quoted(value)}`
      const place = { file, line: 1, column: 1 }
      this.problems.push({
        severity: 'error',
        code: 'wrong-type',
        place,
        message,
        cure: 'copy benchmarks/TEMPLATE.yaml',
      })
      return undefined
    }
    const checked = RecipeSource.safeParse(value)
    if (checked.success) this.report(checkSource(checked.data), value)
    else this.#reportIssues(checked.error.issues, value, file)
    return value
  }

  /** A value that fits no member of a union is told in words of ours; the schema only says that it is wrong. */
  #reportIssues(issues: readonly z.core.$ZodIssue[], root: unknown, file: string): void {
    const context = { root, path: [], locations: this.locations, file, knownKeys: recipeKeys }
    for (const issue of issues) {
      if (issue.code === 'invalid_union') this.report([unionFinding(issue.path, root)], root)
      else this.problems.push(...problemsOfIssues([issue], context))
    }
  }
}

function unionFinding(path: readonly PropertyKey[], root: unknown): Finding {
  const value = path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown>)?.[step], root)
  const message = `${printable(String(path.at(-1)), 60)} is ${quoted(value)}`
  return { code: 'wrong-type', path, message, cure: cureOf(path) }
}

function cureOf(path: readonly PropertyKey[]): string {
  if (path.includes('flags')) return 'write text, a number, true, false, or null to remove it; JSON goes in quotes'
  return path.includes('match') ? 'write a value, or a list of values' : 'write text, or a list of texts'
}
