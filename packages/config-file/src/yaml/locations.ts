import type { Place } from '../problem.ts'

/** A text and its name, able to say at which line and column an offset stands. */
export class TextSource {
  readonly file: string
  readonly #text: string
  readonly #lineStarts: number[] = [0]

  constructor(file: string, text: string) {
    this.file = file
    this.#text = text
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1)
  }

  /** The place of a character offset; an offset past the end is the end. */
  place(offset: number): Place {
    let low = 0
    let high = this.#lineStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#lineStarts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { file: this.file, line: low + 1, column: offset - this.#lineStarts[low]! + 1 }
  }

  /** Where a scalar that begins at `offset` reads as `value`, at it or after its quote; absent where it is folded or has escapes. */
  find(value: string, offset: number): number | undefined {
    return [offset, offset + 1].find((at) => this.#text.startsWith(value, at))
  }
}

/** One point of one text. */
export interface Spot {
  readonly source: TextSource
  readonly offset: number
}

/** Where a member of a mapping or list stands: its key (for a list item, the item itself) and its value. */
export interface MemberSpots {
  readonly key: Spot
  readonly value: Spot
}

type Path = readonly PropertyKey[]

/**
 * Where every value came from, kept beside the plain values and not in them, so that values of several files can be merged
 * and a problem found anywhere later still points at the line that wrote it.
 */
export class Locations {
  readonly #members = new WeakMap<object, Map<PropertyKey, MemberSpots>>()
  readonly #own = new WeakMap<object, Spot>()

  setOwn(container: object, spot: Spot): void {
    this.#own.set(container, spot)
  }

  setMember(container: object, key: PropertyKey, spots: MemberSpots): void {
    const members = this.#members.get(container) ?? new Map<PropertyKey, MemberSpots>()
    members.set(key, spots)
    this.#members.set(container, members)
  }

  member(container: object, key: PropertyKey): MemberSpots | undefined {
    return this.#members.get(container)?.get(key)
  }

  own(container: object): Spot | undefined {
    return this.#own.get(container)
  }

  /** The place of the value at `path`, or of the nearest thing above it that has one; absent only if nothing has. */
  place(root: unknown, path: Path): Place | undefined {
    return this.#resolve(root, path, 'value')
  }

  /** Of a character of the text at `path`; like `place` where the text is not written as it reads. */
  placeIn(root: unknown, path: Path, offset: number): Place | undefined {
    const container = path.slice(0, -1).reduce<unknown>((at, step) => (isContainer(at) ? at[step as never] : at), root)
    const last = path.at(-1)
    if (offset === 0 || last === undefined || !isContainer(container)) return this.place(root, path)
    const spot = this.member(container, last)?.value
    const value: unknown = container[last as never]
    const begin = typeof value === 'string' ? spot?.source.find(value, spot.offset) : undefined
    return spot === undefined || begin === undefined ? this.place(root, path) : spot.source.place(begin + offset)
  }

  /** Like `place`, but of the key that the last step of the path names. */
  keyPlace(root: unknown, path: Path): Place | undefined {
    return this.#resolve(root, path, 'key')
  }

  #resolve(root: unknown, path: Path, last: 'key' | 'value'): Place | undefined {
    let spot = isContainer(root) ? this.own(root) : undefined
    let value = root
    for (const [i, step] of path.entries()) {
      if (!isContainer(value)) break
      const spots = this.member(value, step)
      if (spots === undefined) break
      // A missing member is best shown at the key of the mapping that lacks it, so containers answer with their key.
      const next: unknown = (value as Record<PropertyKey, unknown>)[step]
      const isLast = i === path.length - 1
      spot = (isLast && last === 'value') || (!isLast && Array.isArray(value)) ? spots.value : spots.key
      value = next
    }
    return spot?.source.place(spot.offset)
  }
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Date)
}
