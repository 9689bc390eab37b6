import { encodeBlocks } from '../../encode-blocks.ts'
import { type ChainedRequest, findChains } from './find-chains.ts'
import type { RecordedEntry, RecordedSession, RecordedTrace, RecordedTurn } from './recorded-trace.ts'
import { turnsOf } from './recorded-trace.ts'

/**
 * The trace with the agents of every list of requests told apart by their blocks, each but the main one as a subagent of that; undefined where
 * there is nothing to tell apart. With `always` whatever the list shows, else where a recorder that knows no agents wrote it, and blocks show
 * that an agent is left and come back to.
 */
export function splitAgents(trace: RecordedTrace, when: 'auto' | 'always'): RecordedTrace | undefined {
  if (when === 'auto' && trace.knowsAgents) return undefined
  const root = splitSession(trace.root, when)
  return root === trace.root ? undefined : { ...trace, root }
}

function splitSession(session: RecordedSession, when: 'auto' | 'always'): RecordedSession {
  const entries = session.entries.map((entry): RecordedEntry => {
    if (entry.kind === 'turn') return entry
    const inner = splitSession(entry.subagent.session, when)
    return inner === entry.subagent.session
      ? entry
      : { kind: 'subagent', subagent: { ...entry.subagent, session: inner } }
  })
  const isSame = entries.every((entry, i) => entry === session.entries[i])
  const turns = turnsOf(session)
  const requests = requestsOf(turns)
  if (turns.length < 2 || (when === 'auto' && !hasReturn(requests))) return isSame ? session : { ...session, entries }
  const chains = findChains(requests)
  if (chains.length < 2 || arePoisoned(requests, chains)) return isSame ? session : { ...session, entries }
  return apart({ ...session, entries }, requests, chains)
}

function requestsOf(turns: readonly RecordedTurn[]): ChainedRequest[] {
  let before = new Uint32Array(0)
  return turns.map(({ tMs, apiMs = 0, model, sharedBlocks, ownBlocks }) => {
    const ids = new Uint32Array(sharedBlocks + ownBlocks.length)
    ids.set(before.subarray(0, sharedBlocks))
    ids.set(ownBlocks, sharedBlocks)
    before = ids
    return { startMs: tMs, endMs: tMs + apiMs, model, ids }
  })
}

/** Whether a request shares nothing with the one before it, and something with an earlier one. */
function hasReturn(requests: readonly ChainedRequest[]): boolean {
  const firsts = new Set<number>()
  let before: number | undefined
  return requests.some(({ ids }) => {
    const first = ids[0]
    if (first === undefined) return false
    const isReturn = before !== undefined && first !== before && firsts.has(first)
    firsts.add(first)
    before = first
    return isReturn
  })
}

/** Something new at the head of every prompt makes most requests strangers to all others: then blocks tell nothing about agents. */
function arePoisoned(requests: readonly ChainedRequest[], chains: readonly (readonly number[])[]): boolean {
  if (chains.length < 8) return false
  const firsts = new Map<number | undefined, number>()
  for (const { ids } of requests) firsts.set(ids[0], (firsts.get(ids[0]) ?? 0) + 1)
  const strangers = chains.filter(([index]) => firsts.get(requests[index!]!.ids[0]) === 1)
  return strangers.length > requests.length / 2
}

/** Titles, quota probes and the like are asked beside an agent and are small. */
const smallTokens = 16_384
const smallShare = 0.1

function apart(
  session: RecordedSession,
  requests: readonly ChainedRequest[],
  chains: readonly number[][],
): RecordedSession {
  const turns = turnsOf(session)
  const peak = Math.max(...turns.map(({ inputTokens }) => inputTokens))
  const isSmall = (chain: readonly number[]) =>
    chain.every((index) => turns[index]!.inputTokens < Math.max(smallTokens, smallShare * peak))
  const main = chains.find((chain) => !isSmall(chain)) ?? chains[0]!
  const mainModel = turns[main[0]!]!.model
  const mainEntries = chainEntries(main)
  const others = chains
    .filter((chain) => chain !== main)
    .map((chain, index): RecordedEntry => {
      const own = chain.map((each) => turns[each]!)
      const isAside = own.length === 1 && (isSmall(chain) || own[0]!.model !== mainModel)
      const endMs = Math.max(...chain.map((each) => requests[each]!.endMs))
      return {
        kind: 'subagent',
        subagent: {
          tMs: own[0]!.tMs,
          durationMs: endMs - own[0]!.tMs,
          async: false,
          isChain: true,
          agentId: `chain_${String(index + 1).padStart(3, '0')}`,
          agentType: isAside ? 'auxiliary' : 'worker',
          session: { toolTokens: session.toolTokens, systemTokens: session.systemTokens, entries: chainEntries(chain) },
        },
      }
    })
  const recorded = session.entries.filter(({ kind }) => kind === 'subagent')
  return { ...session, entries: inTime([...mainEntries, ...recorded, ...others]) }

  function chainEntries(chain: readonly number[]): RecordedEntry[] {
    let before: Uint32Array = new Uint32Array(0)
    return chain.map((index): RecordedEntry => {
      const { ids } = requests[index]!
      const delta = encodeBlocks(before, ids)
      before = ids
      return { kind: 'turn', turn: { ...turns[index]!, ...delta } }
    })
  }
}

function inTime(entries: readonly RecordedEntry[]): RecordedEntry[] {
  return entries.toSorted((a, b) => atMs(a) - atMs(b))
}

function atMs(entry: RecordedEntry): number {
  return entry.kind === 'turn' ? entry.turn.tMs : entry.subagent.tMs
}
