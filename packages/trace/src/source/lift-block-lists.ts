import { listStarts, passBlanks, quotedKeys } from './list-starts.ts'

/** A JSON text without its lists of block ids; in the place of each stands `[k]`, its index in `blocks`. */
export interface LiftedBlocks {
  readonly text: string
  readonly blocks: readonly Uint32Array[]
}

/**
 * Takes the lists of block ids under some keys of a JSON text out of its bytes before it is parsed. They are nearly all of a recording of whole
 * prompts, and most begin as the list before them does: what two have in common is compared, and not read again.
 */
export class BlockListLifter {
  readonly #keys: readonly Buffer[]
  readonly #mostIds: number
  #ids = new Uint32Array(1 << 16)
  #used = 0

  /** `mostIds`: of all lists of a text, for which room is made: 256 MiB at the most. The longest of the 355 public traces has less than 0.8 million. */
  constructor(keys: readonly string[], mostIds = 1 << 25) {
    this.#keys = quotedKeys(keys)
    this.#mostIds = mostIds
  }

  /**
   * Undefined where there is none, any of them holds something else than unsigned 32-bit integers, they are too many, or a key may be written
   * with escapes, by which it is not found. The lists are valid until the next call.
   */
  lift(bytes: Buffer): LiftedBlocks | undefined {
    this.#used = 0
    const found: ReadList[] = []
    const parts: string[] = []
    let list: ReadList = none
    for (const start of listStarts(bytes, this.#keys)) {
      const end = list.end
      const read = this.#read(bytes, start, list)
      if (!read || this.#used > this.#mostIds) return undefined
      parts.push(bytes.toString('utf8', end, start), `[${found.length}]`)
      found.push(read)
      list = read
    }
    if (found.length === 0) return undefined
    parts.push(bytes.toString('utf8', list.end))
    const text = parts.join('')
    if (text.includes('\\u')) return undefined
    return { text, blocks: found.map(({ from, to }) => this.#ids.subarray(from, to)) }
  }

  /** The list that begins there; undefined where it holds anything else. */
  #read(bytes: Buffer, start: number, before: ReadList): ReadList | undefined {
    const from = this.#used
    const known = commonHead(bytes, before, start)
    this.#repeat(before.from, known.ids)
    // At the bracket, at a comma, or behind an id.
    let at = passBlanks(bytes, known.at)
    if (at === start && bytes[passBlanks(bytes, start + 1)] === close) at = passBlanks(bytes, start + 1)
    while (bytes[at] !== close && this.#used <= this.#mostIds) {
      if (at !== start && bytes[at] !== comma) return undefined
      const id = passBlanks(bytes, at + 1)
      const end = endOfId(bytes, id)
      if (end === undefined) return undefined
      this.#keep(idOf(bytes, id, end))
      at = passBlanks(bytes, end)
    }
    return { start, end: at + 1, from, to: this.#used }
  }

  #repeat(from: number, count: number): void {
    this.#makeRoom(count)
    this.#ids.copyWithin(this.#used, from, from + count)
    this.#used += count
  }

  #keep(id: number): void {
    if (this.#used === this.#ids.length) this.#makeRoom(1)
    this.#ids[this.#used] = id
    this.#used += 1
  }

  #makeRoom(count: number): void {
    if (this.#used + count <= this.#ids.length) return
    const larger = new Uint32Array(Math.max(this.#used + count, 2 * this.#ids.length))
    larger.set(this.#ids.subarray(0, this.#used))
    this.#ids = larger
  }
}

/** Where a list stands in the bytes, brackets included, and which of the ids are its. */
interface ReadList {
  readonly start: number
  readonly end: number
  readonly from: number
  readonly to: number
}

const none: ReadList = { start: 0, end: 0, from: 0, to: 0 }
const [comma, close] = [0x2c, 0x5d]

/** How many ids the list that begins at `start` has in common with the one before it, and where the text goes on behind them. */
function commonHead(bytes: Buffer, before: ReadList, start: number): { readonly ids: number; readonly at: number } {
  const ids = before.to - before.from
  if (ids === 0) return { ids: 0, at: start }
  const most = before.end - 1 - before.start
  const same = commonLength(bytes, { one: before.start, other: start, most })
  if (same === most && isBehindId(bytes, start + same)) return { ids, at: start + same }
  const cut = bytes.lastIndexOf(comma, start + same - 1)
  if (cut <= start) return { ids: 0, at: start }
  return { ids: idsBefore(bytes, before, before.start + cut - start), at: cut }
}

function isBehindId(bytes: Buffer, from: number): boolean {
  const next = bytes[passBlanks(bytes, from)]
  return next === comma || next === close
}

/** For how many bytes, `most` of them at most, the bytes at two offsets are the same. */
function commonLength(
  bytes: Buffer,
  { one, other, most }: { readonly one: number; readonly other: number; readonly most: number },
): number {
  const isSame = (from: number, to: number) =>
    bytes.compare(bytes, one + from, one + to, other + from, other + to) === 0
  let bad = Math.min(most, bytes.length - other) + 1
  if (isSame(0, bad - 1)) return bad - 1
  let good = 0
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (isSame(good, middle)) good = middle
    else bad = middle
  }
  return good
}

/** How many ids of a list stand before one of its commas, counted from the end that is nearer. */
function idsBefore(bytes: Buffer, { start, end, from, to }: ReadList, cut: number): number {
  return cut - start < end - cut ? commas(bytes, start, cut) + 1 : to - from - 1 - commas(bytes, cut + 1, end)
}

function commas(bytes: Buffer, from: number, to: number): number {
  let count = 0
  for (let at = from; at < to; at += 1) if (bytes[at] === comma) count += 1
  return count
}

/** Behind the digits that begin there; undefined where they are no unsigned 32-bit integer as JSON writes one. */
function endOfId(bytes: Buffer, from: number): number | undefined {
  let end = from
  while (bytes[end]! >= 0x30 && bytes[end]! <= 0x39) end += 1
  const digits = end - from
  if (digits === 0 || digits > 10 || (digits > 1 && bytes[from] === 0x30)) return undefined
  return digits === 10 && idOf(bytes, from, end) > 0xffff_ffff ? undefined : end
}

function idOf(bytes: Buffer, from: number, to: number): number {
  let id = 0
  for (let at = from; at < to; at += 1) id = 10 * id + bytes[at]! - 0x30
  return id
}
