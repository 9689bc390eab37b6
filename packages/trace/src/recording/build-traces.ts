import type { Dependency, Session, ToolSpan, Trace, Turn } from '../corpus.ts'
import { encodeBlocks } from '../encode-blocks.ts'
import { roundMs } from '../milliseconds.ts'

/** A request of a format that records requests one by one, and says or implies what each waited for. */
export interface RecordedRequest {
  /** Unique in the recording. */
  readonly id: string
  /** The conversation it belongs to. Requests of one session come in the order in which they are sent. */
  readonly session: string
  /** The session that started this one; absent where none is known. */
  readonly parentSession?: string
  /** Sessions of one group are one trace, linked or not. */
  readonly group?: string
  /** On any one clock. */
  readonly startMs: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Of the whole prompt. */
  readonly ids: Uint32Array
  /** Of the blocks behind the prompt's full ones, once the reply is there. */
  readonly replyIds?: Uint32Array
  readonly model: string
  readonly apiMs?: number
  /** The client's gap before it as recorded. */
  readonly thinkMs?: number
  readonly ttftMs?: number
  readonly queueMs?: number
  readonly cachedTokens?: number
  readonly stopReason?: string
  readonly needs: readonly RequestNeed[]
}

/** A tool call of a session, on the clock of the requests. */
export type RecordedTool = ToolSpan

/** Like `Dependency`, on a request by its id. */
export interface RequestNeed extends Omit<Dependency, 'on'> {
  readonly on: string
}

/**
 * The traces that requests make: sessions that wait for one another, or are parent and child, belong to one trace.
 *
 * A session without a known parent is the child of the one that its first request waits for, else of the trace's first. Traces are named
 * after their first session and stand in the order of their ids. Needs must be on requests of the list and run in no circle.
 *
 * @param tools by session; those of a session without a request are left out.
 */
export function buildTraces(
  requests: readonly RecordedRequest[],
  blockSize: number,
  tools: ReadonlyMap<string, readonly RecordedTool[]> = new Map(),
): Trace[] {
  const sessions = sessionsOf(requests)
  const sessionOf = new Map(requests.map(({ id, session }) => [id, session]))
  const originMs = earliest(requests)
  return groupsOf(sessions, sessionOf)
    .map((group) => traceOf(group, { sessionOf, blockSize, originMs, tools }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

interface Group {
  readonly name: string
  readonly requests: RecordedRequest[]
}

/** In the order of their first requests. */
function sessionsOf(requests: readonly RecordedRequest[]): Map<string, Group> {
  const sessions = new Map<string, Group>()
  for (const request of requests) {
    const known = sessions.get(request.session)
    if (known) known.requests.push(request)
    else sessions.set(request.session, { name: request.session, requests: [request] })
  }
  return sessions
}

/** Sessions that are linked in any way, together. */
function groupsOf(sessions: ReadonlyMap<string, Group>, sessionOf: ReadonlyMap<string, string>): Group[][] {
  const heads = new Map([...sessions.keys()].map((name) => [name, name]))
  const headOf = (name: string): string => {
    let head = name
    while (heads.get(head)! !== head) head = heads.get(head)!
    heads.set(name, head)
    return head
  }
  const groupHeads = new Map<string, string>()
  for (const { name, requests } of sessions.values()) {
    for (const { parentSession, group, needs } of requests) {
      if (group !== undefined) {
        heads.set(headOf(name), headOf(groupHeads.get(group) ?? name))
        groupHeads.set(group, name)
      }
      if (parentSession !== undefined && sessions.has(parentSession)) heads.set(headOf(name), headOf(parentSession))
      for (const { on } of needs) heads.set(headOf(name), headOf(sessionOf.get(on)!))
    }
  }
  const groups = new Map<string, Group[]>()
  for (const session of sessions.values()) {
    const head = headOf(session.name)
    const group = groups.get(head)
    if (group) group.push(session)
    else groups.set(head, [session])
  }
  return [...groups.values()]
}

interface Place {
  readonly sessionOf: ReadonlyMap<string, string>
  readonly blockSize: number
  readonly originMs: number
  readonly tools: ReadonlyMap<string, readonly RecordedTool[]>
}

function traceOf(group: readonly Group[], { sessionOf, blockSize, originMs, tools }: Place): Trace {
  const parents = parentsOf(group, sessionOf)
  const ordered = parentsFirst(group, parents)
  const addresses = new Map(
    ordered.flatMap(({ requests }, session) => requests.map(({ id }, turn) => [id, { session, turn }] as const)),
  )
  const positions = new Map(ordered.map(({ name }, position) => [name, position]))
  const startMs = earliest(group.flatMap(({ requests }) => requests))
  const begin = firstWithoutNeeds(ordered)
  const sessions = ordered.map(({ name, requests }): Session => {
    const parent = parents.get(name)
    let before: ArrayLike<number> = []
    const turns = requests.map((request): Turn => {
      const { turn, full } = turnOf(request, { before, blockSize, startMs })
      before = full
      const needs = request.needs.map(({ on, ...need }): Dependency => ({ on: addresses.get(on)!, ...need }))
      // One begins with the trace; another that waits for nobody keeps its distance to it.
      if (needs.length === 0 && request !== begin) {
        const delayMs = roundMs(request.startMs - begin.startMs)
        needs.push({ on: addresses.get(begin.id)!, trigger: 'dispatch', delayMs, relation: 'background' })
      }
      return { ...turn, needs }
    })
    const position = parent === undefined ? undefined : (positions.get(parent) ?? 0)
    const own = tools.get(name)?.map((tool) => sinceStart(tool, startMs))
    return {
      id: name,
      ...(position !== undefined && { parent: position }),
      toolTokens: 0,
      systemTokens: 0,
      turns,
      ...(own && { tools: own }),
    }
  })
  const models = [...new Set(group.flatMap(({ requests }) => requests.map(({ model }) => model)))].sort()
  return { id: ordered[0]!.name, models, startMs: roundMs(startMs - originMs), sessions }
}

function sinceStart(tool: RecordedTool, originMs: number): ToolSpan {
  const { startMs, endMs, ...rest } = tool
  return {
    ...rest,
    ...(startMs !== undefined && { startMs: roundMs(startMs - originMs) }),
    ...(endMs !== undefined && { endMs: roundMs(endMs - originMs) }),
  }
}

function firstWithoutNeeds(sessions: readonly Group[]): RecordedRequest {
  const free = sessions.flatMap(({ requests }) => requests.filter(({ needs }) => needs.length === 0))
  return free.reduce((first, request) => (request.startMs < first.startMs ? request : first))
}

/** By name of the session; the trace's first has none. */
function parentsOf(group: readonly Group[], sessionOf: ReadonlyMap<string, string>): Map<string, string> {
  const names = new Set(group.map(({ name }) => name))
  const parents = new Map<string, string>()
  for (const { name, requests } of group) {
    const told = requests.find(({ parentSession }) => parentSession !== undefined)?.parentSession
    const waited = requests[0]!.needs.map(({ on }) => sessionOf.get(on)!).find((other) => other !== name)
    const parent = told !== undefined && names.has(told) ? told : waited
    if (parent !== undefined) parents.set(name, parent)
  }
  return parents
}

/** Those without a parent first; the others of these are children of the very first. Parents in a circle are as if there were none. */
function parentsFirst(group: readonly Group[], parents: Map<string, string>): Group[] {
  const children = new Map<string, Group[]>()
  for (const session of group) {
    const parent = parents.get(session.name)
    if (parent === undefined) continue
    const known = children.get(parent)
    if (known) known.push(session)
    else children.set(parent, [session])
  }
  const ordered: Group[] = []
  const placed = new Set<string>()
  const place = (first: Group): void => {
    const waiting = [first]
    for (let session = waiting.pop(); session; session = waiting.pop()) {
      if (placed.has(session.name)) continue
      placed.add(session.name)
      ordered.push(session)
      waiting.push(...(children.get(session.name) ?? []).toReversed())
    }
  }
  const roots = group.filter(({ name }) => !parents.has(name)).sort((a, b) => startOf(a) - startOf(b))
  for (const session of [...roots, ...group]) {
    if (placed.has(session.name)) continue
    if (ordered.length > 0) parents.set(session.name, ordered[0]!.name)
    else parents.delete(session.name)
    place(session)
  }
  return ordered
}

function earliest(requests: readonly RecordedRequest[]): number {
  return requests.reduce((least, { startMs }) => Math.min(least, startMs), Number.POSITIVE_INFINITY)
}

function startOf({ requests }: Group): number {
  return requests[0]!.startMs
}

/** The last id stands for a block that is not full where the prompt has one and there are exactly as many ids. */
function turnOf(
  request: RecordedRequest,
  { before, blockSize, startMs }: { before: ArrayLike<number>; blockSize: number; startMs: number },
): { turn: Omit<Turn, 'needs'>; full: ArrayLike<number> } {
  const { inputTokens, outputTokens, ids, replyIds, model, apiMs, ttftMs, queueMs, cachedTokens, thinkMs, stopReason } =
    request
  const isPartial = inputTokens % blockSize > 0 && ids.length === Math.ceil(inputTokens / blockSize)
  const full = isPartial ? ids.subarray(0, -1) : ids
  const turn = {
    inputTokens,
    outputTokens,
    ...encodeBlocks(before, full),
    ...(isPartial && { partialBlock: ids.at(-1)! }),
    ...(replyIds && { replyBlocks: replyIds }),
    startMs: roundMs(request.startMs - startMs),
    ...(apiMs !== undefined && { apiMs }),
    ...(ttftMs !== undefined && { ttftMs }),
    ...(queueMs !== undefined && { queueMs }),
    ...(cachedTokens !== undefined && { cachedTokens }),
    ...(thinkMs !== undefined && { thinkMs }),
    model,
    inputKinds: [],
    outputKinds: [],
    ...(stopReason !== undefined && { stopReason }),
  }
  return { turn, full }
}
