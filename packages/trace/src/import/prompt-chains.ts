import { createHash } from 'node:crypto'

/** A text as the numbers of its tokens. */
export type Tokenize = (text: string) => Uint32Array

/** A beginning of prompts: a part, behind the parts before it. */
export interface Link {
  readonly before: Link | undefined
  /** Tokens of the text; 0 for an elastic part, which takes what the others leave of a prompt's length. */
  readonly weight: number
  readonly isElastic: boolean
  /** Where the text is compared token by token; else the whole of it is one thing. */
  readonly tokens: Uint32Array | undefined
  /** Of the text. */
  readonly hash: number
  /** How many tokens there are up to its end; unknown until a prompt that has it was measured. */
  endTokens: number | undefined
  /** Of the blocks that end in it. */
  readonly ids: number[]
  /** The tokens of the block that it leaves open. */
  open: readonly number[]
}

/** Where a prompt ends, and how long it is. */
export interface MeasuredPrompt {
  readonly inputTokens: number
  /** Of its full blocks. */
  ids(): Uint32Array
  /** The length that was told is less than that of the prompt which this one goes on from. */
  readonly isCut: boolean
}

/**
 * Prompts out of parts (messages, say), with ids for their blocks: equal ids, equal text up to there. Where the log tells how long a prompt is, its
 * parts are measured by that: what is new since the longest beginning already measured has the difference, shared out by the tokens of
 * the texts. Such parts are equal as wholes only; parts that have the length of their text, token by token.
 */
export class PromptChains {
  readonly #blockSize: number
  readonly #tokenize: Tokenize
  readonly #links = new Map<string, Link>()
  readonly #numbers = new Map<string, number>()
  #opaque = 0

  constructor(blockSize: number, tokenize: Tokenize) {
    this.#blockSize = blockSize
    this.#tokenize = tokenize
  }

  /** The same beginning for the same texts. `whole`: nothing is kept of the text but its length, since logs may be large. */
  link(before: Link | undefined, text: string, kind: 'tokens' | 'whole' | 'elastic' = 'tokens'): Link {
    const digest = createHash('sha256').update(text).digest()
    const key = `${before ? this.#keys.get(before)! : ''} ${digest.toString('base64')} ${kind}`
    const known = this.#links.get(key)
    if (known) return known
    const isElastic = kind === 'elastic'
    const tokens = isElastic ? undefined : this.#tokenize(text)
    return this.#added(key, {
      ...{ before, isElastic, weight: tokens?.length ?? 0, hash: digest.readUInt32LE(0) },
      tokens: kind === 'tokens' ? tokens : undefined,
    })
  }

  /** A part of which nothing is known, and that no other prompt has. */
  opaque(before: Link | undefined): Link {
    this.#opaque += 1
    return this.#added(`opaque ${this.#opaque}`, {
      ...{ before, tokens: undefined, weight: 0, isElastic: true },
      hash: (0x80000000 | this.#opaque) >>> 0,
    })
  }

  /** @param toldTokens how long the prompt is, where that is told. */
  measure(last: Link, toldTokens: number | undefined): MeasuredPrompt {
    const path = pathTo(last)
    const known = path.findLastIndex(({ endTokens }) => endTokens !== undefined)
    const base = path[known]?.endTokens ?? 0
    const fresh = path.slice(known + 1)
    const lengths = lengthsOf(fresh, toldTokens === undefined ? undefined : toldTokens - base)
    for (const [index, link] of fresh.entries()) this.#place(link, lengths[index]!)
    const inputTokens = toldTokens ?? last.endTokens!
    const full = Math.floor(inputTokens / this.#blockSize)
    return {
      inputTokens,
      isCut: inputTokens < last.endTokens!,
      ids: () => Uint32Array.from(path.flatMap(({ ids }) => ids).slice(0, full)),
    }
  }

  readonly #keys = new Map<Link, string>()

  #added(key: string, parts: Pick<Link, 'before' | 'weight' | 'isElastic' | 'tokens' | 'hash'>): Link {
    const link: Link = { ...parts, endTokens: undefined, ids: [], open: [] }
    this.#links.set(key, link)
    this.#keys.set(link, String(this.#keys.size))
    return link
  }

  #place(link: Link, length: number): void {
    link.endTokens = (link.before?.endTokens ?? 0) + length
    let open: number[] = [...(link.before?.open ?? [])]
    let before = lastIdOf(link)
    for (let i = 0; i < length; i += 1) {
      open.push(tokenAt(link, i, length))
      if (open.length < this.#blockSize) continue
      before = this.#numberOf(before, open)
      link.ids.push(before)
      open = []
    }
    link.open = open
  }

  /** By the block before it, so that it stands for the whole beginning. */
  #numberOf(before: number, tokens: readonly number[]): number {
    const key = createHash('sha256')
      .update(Uint32Array.of(before, ...tokens))
      .digest('base64')
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.#numbers.size)
    return this.#numbers.size - 1
  }
}

const noId = 0xffffffff

function pathTo(last: Link): Link[] {
  const path: Link[] = []
  for (let link: Link | undefined = last; link; link = link.before) path.push(link)
  return path.reverse()
}

function lastIdOf({ before }: Link): number {
  for (let link = before; link; link = link.before) if (link.ids.length > 0) return link.ids.at(-1)!
  return noId
}

/** Its own token where it has its own length; else one that only the whole part has. */
function tokenAt({ tokens, hash }: Link, index: number, length: number): number {
  return length === tokens?.length ? tokens[index]! : hash
}

/** The tokens of the texts; an elastic part has what is left of the told length; where none is, or too little is left, all are shared out. */
function lengthsOf(links: readonly Link[], told: number | undefined): number[] {
  const own = links.map(({ weight }) => weight)
  if (told === undefined) return own
  const sum = own.reduce((total, weight) => total + weight, 0)
  const elastic = links.findIndex(({ isElastic }) => isElastic)
  if (elastic >= 0 && told >= sum) return own.map((weight, index) => (index === elastic ? told - sum : weight))
  const target = Math.max(0, told)
  let [given, seen] = [0, 0]
  return own.map((weight, index) => {
    seen += weight
    const end = sum === 0 ? (index === own.length - 1 ? target : 0) : Math.round((target * seen) / sum)
    const length = end - given
    given = end
    return length
  })
}
