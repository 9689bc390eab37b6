import { blockCountOf } from '../blocks-of.ts'
import type { Session, Turn } from '../corpus.ts'
import { type RelationName, relationOf } from '../survey/pair-relations.ts'
import { quantileTable } from './quantile-table.ts'
import { type AgentShape, openingTurns } from './shapes.ts'
import type { TraceModel } from './trace-model.ts'

/** The shape of one kind of agent, by its sessions; at least one has a turn. What none of them shows is as in `otherwise`. */
export function fitAgent(sessions: readonly Session[], otherwise: AgentShape): TraceModel['root'] {
  const turns = sessions.flatMap((session) => session.turns)
  const timed = turns.flatMap(({ apiMs }) => apiMs ?? [])
  const streamed = turns.filter(({ apiMs, ttftMs }) => ttftMs !== undefined && apiMs !== undefined && apiMs > 0)
  const apiMs = quantileTable(timed)
  const inputTokens = quantileTable(turns.map((turn) => turn.inputTokens))
  const growing = growthOf(sessions, otherwise)
  const classes = lengthClasses(sessions)
  const table = (
    values: readonly number[],
    name: 'turns' | 'toolTokens' | 'systemTokens' | 'outputTokens' | 'thinkMs',
  ) => quantileTable(values) ?? otherwise[name]
  return {
    turns: table(sessions.map(lengthOf), 'turns'),
    toolTokens: table(
      sessions.map((session) => session.toolTokens),
      'toolTokens',
    ),
    systemTokens: table(
      sessions.map((session) => session.systemTokens),
      'systemTokens',
    ),
    ...growing,
    resetTokens: otherwise.resetTokens,
    outputTokens: table(
      turns.map(({ outputTokens }) => outputTokens),
      'outputTokens',
    ),
    thinkMs: table(turns.flatMap(thinkOf), 'thinkMs'),
    ...(apiMs && { apiMs }),
    ttftShare:
      quantileTable(
        streamed.map(({ ttftMs, apiMs: all }) => Math.min(1, ttftMs! / all!)),
        { digits: 4 },
      ) ?? otherwise.ttftShare,
    streamedShare: timed.length === 0 ? 0 : streamed.length / timed.length,
    ...(inputTokens && { inputTokens }),
    ...(classes.length > 1 && {
      byLength: classes.map((own) => ({ mostTurns: lengthOf(own.at(-1)!), ...growthOf(own, growing) })),
    }),
  }
}

/** Fewer sessions say more of themselves than of their kind. */
const fewestInClass = 20
const mostClasses = 5

/** Sessions from short to long, in classes of about equal number; sessions of one length stay together. */
function lengthClasses(sessions: readonly Session[]): Session[][] {
  const wanted = Math.min(mostClasses, Math.floor(sessions.length / fewestInClass))
  if (wanted < 2) return []
  const sorted = sessions.toSorted((a, b) => lengthOf(a) - lengthOf(b))
  const bounds = Array.from({ length: wanted }, (_, index) =>
    lengthOf(sorted[Math.ceil(((index + 1) * sorted.length) / wanted) - 1]!),
  )
  return [...new Set(bounds)].map((most, index, all) =>
    sorted.filter((session) => lengthOf(session) <= most && lengthOf(session) > (all[index - 1] ?? 0)),
  )
}

function lengthOf({ turns }: Session): number {
  return turns.length
}

/** How their prompts come about. */
function growthOf(
  sessions: readonly Session[],
  otherwise: Pick<AgentShape, 'firstTokens' | 'openingTokens' | 'growthTokens'>,
): Pick<TraceModel['root'], 'firstTokens' | 'openingTokens' | 'growthTokens' | 'rewrites'> {
  const pairs = sessions.flatMap(pairsOf)
  const growing = pairs.filter(({ relation }) => relation === 'growth' || relation === 'last-block')
  const added = (some: readonly Pair[]) =>
    quantileTable(some.map(({ now, before }) => Math.max(1, now.inputTokens - before.inputTokens)))
  const later = added(growing.filter(({ index }) => index > openingTurns))
  const opening = added(growing.filter(({ index }) => index <= openingTurns))
  return {
    firstTokens: quantileTable(sessions.flatMap(firstTokensOf)) ?? otherwise.firstTokens,
    openingTokens: opening ?? later ?? otherwise.openingTokens,
    growthTokens: later ?? opening ?? otherwise.growthTokens,
    rewrites: rewritesOf(pairs),
  }
}

interface Pair {
  readonly before: Turn
  readonly now: Turn
  /** Of `now` in its session. */
  readonly index: number
  readonly relation: RelationName
  /** Of `before`. */
  readonly blocks: number
}

function pairsOf(session: Session): Pair[] {
  return session.turns.slice(1).map((now, at) => ({
    before: session.turns[at]!,
    now,
    index: at + 1,
    relation: relationOf(session, at + 1),
    blocks: blockCountOf(session, at),
  }))
}

function firstTokensOf({ toolTokens, systemTokens, turns }: Session): number[] {
  return turns.slice(0, 1).map(({ inputTokens }) => Math.max(1, inputTokens - toolTokens - systemTokens))
}

/** The agent's own pause: where it waited for subagents, that of the family counts. */
function thinkOf({ needs }: Turn): number[] {
  if (needs.some(({ relation }) => relation === 'join')) return []
  return needs.filter(({ relation }) => relation === 'sequence').map(({ delayMs }) => delayMs)
}

const measured = ['mostly-kept', 'half-kept', 'little-kept', 'disjoint'] as const

function rewritesOf(pairs: readonly Pair[]): TraceModel['root']['rewrites'] {
  if (pairs.length === 0) return []
  const share = (count: number) => Math.round((1e6 * count) / pairs.length) / 1e6
  const of = (name: RelationName) => pairs.filter(({ relation }) => relation === name)
  const plain = (['last-block', 'identical'] as const).map((kind) => ({ kind, share: share(of(kind).length) }))
  const rewritten = measured.flatMap((name) => {
    const some = of(name).filter(({ before }) => before.inputTokens > 0)
    const keptShare = quantileTable(
      some.map(({ now, blocks }) => now.sharedBlocks / blocks),
      { digits: 4 },
    )
    const inputRatio = quantileTable(
      some.map(({ now, before }) => now.inputTokens / before.inputTokens),
      { digits: 4 },
    )
    if (!keptShare || !inputRatio) return []
    const compacts = name === 'little-kept' || name === 'disjoint'
    return [{ kind: 'measured' as const, share: share(some.length), compacts, keptShare, inputRatio }]
  })
  return [...plain.filter((each) => each.share > 0), ...rewritten]
}
