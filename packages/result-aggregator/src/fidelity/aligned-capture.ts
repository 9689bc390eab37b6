import type { Corpus, Session, Trace } from '@reprise/trace'

/** One capture with the names of another. */
export interface AlignedCapture {
  readonly corpus: Corpus
  /** Requests that had ended before the first that both have, of sessions that nobody named: what a client asks of a server before it begins. */
  readonly before: number
}

/**
 * A capture whose traces and sessions are called as those of another that they stand for: by their names where both have them, else by how they
 * are made (their sessions below one another, and the lengths of their turns), in the order in which they began, else by how much of that is
 * alike, or because as many are left on both sides. What stands for nothing keeps its names.
 */
export function alignedCapture(a: Corpus, b: Corpus): AlignedCapture {
  const own = pairsOf(inTime(a.traces), inTime(b.traces), {
    nameOf: ({ id }) => id,
    shapeOf: traceShape,
    partsOf: (trace) => trace.sessions.flatMap(partsOf),
  })
  const partnerOf = new Map(own.map(([one, other]) => [other, one]))
  const firstMs = Math.min(...own.map(([, other]) => startOf(other)))
  const isBefore = (trace: Trace) =>
    !partnerOf.has(trace) && trace.id.startsWith('inferred-') && endOf(trace) <= firstMs
  const before = b.traces.filter(isBefore)
  const traces = b.traces
    .filter((trace) => !isBefore(trace))
    .map((trace) => {
      const partner = partnerOf.get(trace)
      return partner ? renamed(trace, partner) : trace
    })
  return {
    corpus: { ...b, traces },
    before: before.reduce((sum, { sessions }) => sum + sessions.reduce((n, { turns }) => n + turns.length, 0), 0),
  }
}

/** Level by level: children of sessions that stand for one another. */
function renamed(trace: Trace, partner: Trace): Trace {
  const names = new Map<Session, string>()
  const children = (of: Trace, parent: Session | undefined) =>
    of.sessions.filter((each) => (each.parent === undefined ? undefined : of.sessions[each.parent]) === parent)
  const match = (theirs: Session | undefined, ours: Session | undefined): void => {
    const pairs = pairsOf(children(partner, theirs), children(trace, ours), {
      nameOf: ({ id }) => id,
      shapeOf: (session) => lineOf(session),
      partsOf,
    })
    for (const [one, other] of pairs) {
      names.set(other, one.id)
      match(one, other)
    }
  }
  match(undefined, undefined)
  const taken = new Set(names.values())
  const nameOf = (session: Session) =>
    names.get(session) ?? (taken.has(session.id) ? `${session.id} (other)` : session.id)
  return {
    ...trace,
    id: partner.id,
    sessions: trace.sessions.map((session) => ({ ...session, id: nameOf(session) })),
  }
}

interface Likeness<Item> {
  readonly nameOf: (item: Item) => string
  readonly shapeOf: (item: Item) => string
  /** What two of them may have in common. */
  readonly partsOf: (item: Item) => readonly string[]
}

/** Beyond as many comparisons, what is left is taken in its order. */
const mostComparisons = 250_000

function pairsOf<Item>(as: readonly Item[], bs: readonly Item[], likeness: Likeness<Item>): (readonly [Item, Item])[] {
  const { nameOf, shapeOf, partsOf: parts } = likeness
  const named = pairedBy(as, bs, nameOf)
  const shaped = pairedBy(named.as, named.bs, shapeOf)
  const pairs = [...named.pairs, ...shaped.pairs]
  const { as: leftA, bs: leftB } = shaped
  if (leftA.length * leftB.length > mostComparisons)
    return [...pairs, ...leftA.slice(0, leftB.length).map((each, index) => [each, leftB[index]!] as const)]
  const partsOfB = leftB.map(parts)
  const scores = leftA
    .flatMap((one, a) => {
      const own = parts(one)
      return leftB.map((_, b) => ({ a, b, score: common(own, partsOfB[b]!) }))
    })
    .filter(({ score }) => score > 0 || leftA.length === leftB.length)
    .sort((one, other) => other.score - one.score || one.a - other.a || one.b - other.b)
  const [usedA, usedB] = [new Set<number>(), new Set<number>()]
  for (const { a, b } of scores) {
    if (usedA.has(a) || usedB.has(b)) continue
    usedA.add(a)
    usedB.add(b)
    pairs.push([leftA[a]!, leftB[b]!])
  }
  return pairs
}

/** The first of one side with the first of the other of each key, and what is left of both. */
function pairedBy<Item>(as: readonly Item[], bs: readonly Item[], keyOf: (item: Item) => string) {
  const waiting = Map.groupBy(bs, keyOf)
  const pairs: (readonly [Item, Item])[] = []
  const left = as.filter((one) => {
    const other = waiting.get(keyOf(one))?.shift()
    if (other !== undefined) pairs.push([one, other])
    return other === undefined
  })
  const paired = new Set(pairs.map(([, other]) => other))
  return { pairs, as: left, bs: bs.filter((each) => !paired.has(each)) }
}

function common(some: readonly string[], others: readonly string[]): number {
  const counts = new Map<string, number>()
  for (const each of some) counts.set(each, (counts.get(each) ?? 0) + 1)
  let score = 0
  for (const each of others) {
    const left = counts.get(each) ?? 0
    if (left > 0) score += 1
    counts.set(each, left - 1)
  }
  return score
}

function partsOf(session: Session): string[] {
  return session.turns.map(({ inputTokens, outputTokens }, turn) => `${turn}: ${inputTokens}+${outputTokens}`)
}

function lineOf(session: Session): string {
  return partsOf(session).join(' ')
}

/** Each session behind those above it. */
function traceShape({ sessions }: Trace): string {
  const lines: string[] = []
  for (const session of sessions)
    lines.push(`${session.parent === undefined ? '' : `${lines[session.parent]} > `}${lineOf(session)}`)
  return lines.sort().join('\n')
}

function inTime(traces: readonly Trace[]): Trace[] {
  return traces.toSorted((one, other) => startOf(one) - startOf(other))
}

function startOf({ startMs = 0, sessions }: Trace): number {
  let firstMs = Number.POSITIVE_INFINITY
  for (const { turns } of sessions) for (const turn of turns) firstMs = Math.min(firstMs, turn.startMs)
  return startMs + firstMs
}

function endOf({ startMs = 0, sessions }: Trace): number {
  let lastMs = Number.NEGATIVE_INFINITY
  for (const { turns } of sessions)
    for (const turn of turns) lastMs = Math.max(lastMs, turn.startMs + (turn.apiMs ?? 0))
  return startMs + lastMs
}
