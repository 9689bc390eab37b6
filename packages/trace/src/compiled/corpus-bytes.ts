import { createHash } from 'node:crypto'
import type { Corpus } from '../corpus.ts'

/** A corpus, and whatever else was found when it was read, as one run of bytes that is quick to read again. */
export interface Compiled<Notes> {
  readonly corpus: Corpus
  /** A plain value, as JSON holds it. */
  readonly notes: Notes
}

/**
 * Its name and version, SHA-256 of all behind it, the length of the JSON, the JSON (all but the ids), and the ids one after the other, each
 * as 32 bits in the order of the machine.
 */
export function corpusBytes<Notes>({ corpus, notes }: Compiled<Notes>): Buffer {
  const lists: Uint32Array[] = []
  const plain = withTurns(corpus, (turn: object) => withoutIds(turn, lists))
  const json = Buffer.from(JSON.stringify({ corpus: plain, notes }))
  const idsAt = align(jsonAt + json.length)
  const bytes = Buffer.alloc(idsAt + 4 * lists.reduce((sum, { length }) => sum + length, 0))
  bytes.write(name, 0, 'latin1')
  bytes.writeUInt32LE(json.length, lengthAt)
  json.copy(bytes, jsonAt)
  let at = idsAt
  for (const list of lists) {
    bytes.set(new Uint8Array(list.buffer, list.byteOffset, list.byteLength), at)
    at += list.byteLength
  }
  digestOf(bytes).copy(bytes, digestAt)
  return bytes
}

/** What `corpusBytes` made them of; undefined where they are not whole, or of another version. */
export function compiledCorpus<Notes>(bytes: Buffer): Compiled<Notes> | undefined {
  if (bytes.length < jsonAt || bytes.toString('latin1', 0, name.length) !== name) return undefined
  if (!digestOf(bytes).equals(bytes.subarray(digestAt, lengthAt))) return undefined
  const length = bytes.readUInt32LE(lengthAt)
  const { corpus, notes } = JSON.parse(bytes.toString('utf8', jsonAt, jsonAt + length)) as Compiled<Notes>
  const rest = new IdLists(bytes.subarray(align(jsonAt + length)))
  for (const { sessions } of corpus.traces)
    for (const { turns } of sessions) for (const turn of turns) rest.putInto(turn)
  return { corpus, notes }
}

const name = 'reprise corpus 1'
const digestAt = name.length
const lengthAt = digestAt + 32
const jsonAt = lengthAt + 4

function align(at: number): number {
  return Math.ceil(at / 4) * 4
}

function digestOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes.subarray(lengthAt)).digest()
}

function withTurns(corpus: Corpus, change: (turn: object) => object): object {
  const traces = corpus.traces.map((trace) => ({
    ...trace,
    sessions: trace.sessions.map((session) => ({ ...session, turns: session.turns.map(change) })),
  }))
  return { ...corpus, traces }
}

/** In the place of a list of ids. */
interface IdCount {
  readonly ids: number
}

/** The turn with its lists counted, and these added to the others. */
function withoutIds(turn: object, lists: Uint32Array[]): object {
  const plain: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(turn)) {
    if (value instanceof Uint32Array) lists.push(value)
    plain[field] = value instanceof Uint32Array ? { ids: value.length } : value
  }
  return plain
}

/** Gives turns their lists back, in the order in which they were taken. */
class IdLists {
  readonly #ids: Uint32Array
  #at = 0

  constructor(bytes: Buffer) {
    // Copied, to where numbers of 32 bits may begin.
    this.#ids = new Uint32Array(Uint8Array.from(bytes).buffer)
  }

  putInto(turn: object): void {
    const fields = turn as Record<string, unknown>
    for (const field in fields) {
      const value = fields[field]
      if (typeof value !== 'object' || !('ids' in (value as object))) continue
      const { ids } = value as IdCount
      fields[field] = this.#ids.subarray(this.#at, this.#at + ids)
      this.#at += ids
    }
  }
}
