/** A request as far as it tells whose it is. */
export interface ChainedRequest {
  readonly startMs: number
  readonly endMs: number
  readonly model: string
  /** Of its whole prompt. */
  readonly ids: Uint32Array
}

/** Starts are rounded, and a request that seems to begin a microsecond early did not. */
const roundingMs = 1e-3
/** An agent that pauses so long goes on with at least half of what it had. */
const longMs = 3_600_000
const leastKept = 0.5

/**
 * The requests of several agents that were recorded as one list, told apart: lists of indices, each in time, by the time of their first.
 *
 * A request goes on with the chain whose last prompt is the beginning of its own, once that was answered. One that does not founds a chain, and
 * remembers the request that it shares most with. Where that request turns out to be the last of its chain, the one that shares most with
 * it is the same agent going on after its prompt was rewritten; the others are agents of their own. A request without ids tells nothing and
 * goes with the first chain.
 *
 * Source: AIPerf's `dataset/loader/weka_agent_chains.py`.
 */
export function findChains(requests: readonly ChainedRequest[]): number[][] {
  const order = [...requests.keys()].sort((a, b) => requests[a]!.startMs - requests[b]!.startMs || a - b)
  const telling = order.filter((index) => requests[index]!.ids.length > 0)
  const chains = joinSeams(requests, foundChains(requests, telling))
  const silent = order.filter((index) => requests[index]!.ids.length === 0)
  const [first = []] = chains
  const whole = [[...first, ...silent].sort((a, b) => order.indexOf(a) - order.indexOf(b)), ...chains.slice(1)]
  return silent.length > 0 ? whole : chains
}

interface Founded {
  readonly members: number[]
  /** The earlier request that the first of them shares most with, and how many blocks; absent where it shares none. */
  readonly fork?: { readonly from: number; readonly blocks: number }
}

function foundChains(requests: readonly ChainedRequest[], order: readonly number[]): Founded[] {
  const chains: Founded[] = []
  const byFirstBlock = new Map<number, number[]>()
  for (const index of order) {
    const request = requests[index]!
    const alike = byFirstBlock.get(request.ids[0]!) ?? []
    const extended = deepest(chains.filter(({ members }) => goesOn(requests[members.at(-1)!]!, request)))
    if (extended) {
      extended.members.push(index)
    } else {
      const fork = forkOf(request, alike)
      chains.push({ members: [index], ...(fork && { fork }) })
    }
    byFirstBlock.set(request.ids[0]!, [...alike, index])
  }
  return chains

  function deepest(found: readonly Founded[]): Founded | undefined {
    const depth = ({ members }: Founded) => requests[members.at(-1)!]!.ids.length
    return found.reduce<Founded | undefined>(
      (best, each) => (best && depth(best) >= depth(each) ? best : each),
      undefined,
    )
  }

  /** Of those that share as much, one of the same model before others, and the latest. */
  function forkOf(request: ChainedRequest, earlier: readonly number[]): Founded['fork'] {
    let best: { from: number; blocks: number; isSameModel: boolean } | undefined
    for (const from of earlier) {
      const blocks = sharedBlocks(requests[from]!.ids, request.ids)
      const isSameModel = requests[from]!.model === request.model
      const isBetter = !best || blocks > best.blocks || (blocks === best.blocks && (isSameModel || !best.isSameModel))
      if (isBetter) best = { from, blocks, isSameModel }
    }
    return best && { from: best.from, blocks: best.blocks }
  }
}

function goesOn(last: ChainedRequest, request: ChainedRequest): boolean {
  const isAfter = last.endMs <= request.startMs + roundingMs && last.model === request.model
  return isAfter && sharedBlocks(last.ids, request.ids) === last.ids.length
}

function joinSeams(requests: readonly ChainedRequest[], chains: readonly Founded[]): number[][] {
  const forks = Map.groupBy(
    chains.filter(({ fork }) => fork !== undefined),
    ({ fork }) => fork!.from,
  )
  const chainOf = new Map(chains.map((chain) => [chain.members.at(-1)!, chain]))
  const joined = new Set<Founded>()
  for (const source of [...forks.keys()].sort((a, b) => requests[a]!.startMs - requests[b]!.startMs || a - b)) {
    const chain = chainOf.get(source)
    if (!chain) continue
    const next = forks
      .get(source)!
      .filter((each) => !joined.has(each) && each !== chain && isSeam(requests, source, each))
      .reduce<Founded | undefined>(
        (best, each) => (best && best.fork!.blocks >= each.fork!.blocks ? best : each),
        undefined,
      )
    if (!next) continue
    joined.add(next)
    chainOf.delete(source)
    chain.members.push(...next.members)
    chainOf.set(chain.members.at(-1)!, chain)
  }
  return chains.filter((chain) => !joined.has(chain)).map(({ members }) => members)
}

function isSeam(requests: readonly ChainedRequest[], source: number, { members, fork }: Founded): boolean {
  const [before, after] = [requests[source]!, requests[members[0]!]!]
  if (before.model !== after.model || before.endMs > after.startMs + roundingMs) return false
  return after.startMs - before.endMs <= longMs || fork!.blocks >= leastKept * before.ids.length
}

function sharedBlocks(a: Uint32Array, b: Uint32Array): number {
  const most = Math.min(a.length, b.length)
  let shared = 0
  while (shared < most && a[shared] === b[shared]) shared += 1
  return shared
}
