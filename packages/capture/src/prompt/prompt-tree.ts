import { partialHash, type RunEnd, runOn, runStart } from './block-run.ts'
import { fitTokens } from './fit-tokens.ts'
import { RecentMap } from './recent-map.ts'

/** A prompt in blocks. */
export interface HashedPrompt {
  readonly inputTokens: number
  /** Of every block, the last one too where it is not full. */
  readonly hashes: BigUint64Array
  /** The same with a reply behind it. */
  replyHashes(reply: Uint32Array): BigUint64Array
}

export interface PromptTreeOptions {
  readonly blockSize: number
  /** Of what is remembered; beyond it the beginnings that were not used for the longest time are forgotten, and hashed again where they come back. */
  readonly maxBytes: number
}

/** Hashes prompts, each only from where it leaves those before it: a turn that goes on from the last one costs what is new in it. */
export class PromptTree {
  readonly #blockSize: number
  readonly #nodes: RecentMap<string, Node>

  constructor({ blockSize, maxBytes }: PromptTreeOptions) {
    this.#blockSize = blockSize
    this.#nodes = new RecentMap(maxBytes, ({ hashes, end }) => nodeBytes + 8 * hashes.length + 4 * end.open.length)
  }

  get forgotten(): number {
    return this.#nodes.forgotten
  }

  /** How many parts of a prompt are known, from its beginning; `keys` of `chainKeys`. */
  known(salt: string, keys: readonly string[]): number {
    let count = 0
    while (count < keys.length && this.#nodes.get(salt + keys[count])) count += 1
    return count
  }

  /**
   * @param fresh the tokens of the parts behind those that are `known`.
   * @param told how long the whole prompt is, where the server told it.
   */
  place(
    {
      salt,
      keys,
      fresh,
    }: { readonly salt: string; readonly keys: readonly string[]; readonly fresh: readonly Uint32Array[] },
    { told, isExact }: { readonly told: number | undefined; readonly isExact: boolean },
  ): HashedPrompt {
    const path = keys.slice(0, keys.length - fresh.length).map((key) => this.#nodes.get(salt + key)!)
    let node = path.at(-1) ?? { ...rootOf(salt), hashes: new BigUint64Array(0) }
    // A count that leaves nothing for what is new is of something else.
    const left = told === undefined || told - node.endTokens < fresh.length ? undefined : told - node.endTokens
    for (const tokens of fitTokens(fresh, { told: left, isExact })) {
      const { hashes, end } = runOn(node.end, tokens, this.#blockSize)
      node = { hashes, end, endTokens: node.endTokens + tokens.length }
      path.push(node)
    }
    // From the end, so that a beginning is never forgotten before what stands behind it.
    for (let at = path.length - 1; at >= 0; at -= 1) this.#nodes.set(salt + keys[at]!, path[at]!)
    const full = path.map(({ hashes }) => hashes)
    return {
      inputTokens: node.endTokens,
      hashes: joined(full, partialHash(node.end)),
      replyHashes: (reply) => {
        const { hashes, end } = runOn(node.end, reply, this.#blockSize)
        return joined([...full, hashes], partialHash(end))
      },
    }
  }
}

/** What a node takes beside its hashes and tokens, with its key and its place in the map; measured. */
const nodeBytes = 700

interface Node {
  /** Of the blocks that end in it; not as a list, in which each would take four times as much. */
  readonly hashes: BigUint64Array
  readonly end: RunEnd
  /** How many tokens there are up to its end. */
  readonly endTokens: number
}

function joined(parts: readonly BigUint64Array[], last: bigint | undefined): BigUint64Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const all = new BigUint64Array(length + (last === undefined ? 0 : 1))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  if (last !== undefined) all[at] = last
  return all
}

/** Under a salt equal texts have hashes of their own. */
function rootOf(salt: string): Pick<Node, 'end' | 'endTokens'> {
  if (salt === '') return { end: runStart, endTokens: 0 }
  return {
    end: {
      before: partialHash({ before: undefined, open: Uint32Array.from(Buffer.from(salt)) })!,
      open: runStart.open,
    },
    endTokens: 0,
  }
}
