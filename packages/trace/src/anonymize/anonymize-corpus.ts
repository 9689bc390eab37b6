import { type Loss, Losses } from '../convert/losses.ts'
import type { Corpus, Launch, Session, ToolSpan, Trace, Turn } from '../corpus.ts'
import { corpusDigest } from '../corpus-digest.ts'
import { roundMs } from '../milliseconds.ts'
import { renumberBlocks } from '../recording/block-numbers.ts'
import { type CoarseLengths, coarseLengths, rareAmong } from './coarse-lengths.ts'
import { wordsOfFormats } from './leak-scan.ts'
import { otherWord, plainWords } from './plain-words.ts'
import { Pseudonyms } from './pseudonyms.ts'

/** Names that may stay as they are, where their owner says so. */
export const keepable = ['models', 'agent-types'] as const
export type Keepable = (typeof keepable)[number]

export interface AnonymizeOptions {
  /** Secret: who has it can try which name stands behind a pseudonym. */
  readonly salt: string
  readonly keep: ReadonlySet<Keepable>
  /** Lengths that fewer turns have are made coarse; 0: none. */
  readonly rareBelow: number
}

export interface Anonymized {
  readonly corpus: Corpus
  readonly losses: readonly Loss[]
  /** Turns whose length fewer than `rareBelow` have all the same. */
  readonly stillRare: { readonly inputs: number; readonly outputs: number }
  /** The sessions behind the pseudonyms of traces and sessions. To be shown to nobody else. */
  readonly originals: ReadonlyMap<string, { readonly trace: string; readonly session: string }>
  /** Names and words of the original that must not be found in what is written. */
  readonly forbidden: ReadonlySet<string>
  /** Those that stay as they are because their owner says so. */
  readonly kept: ReadonlySet<string>
}

/**
 * The corpus without what tells who was recorded: sessions, turns, waits, which blocks are equal, and all lengths but rare ones are as before.
 *
 * Every field is named here: a new one does not compile until somebody has thought about it.
 */
export function anonymizeCorpus(corpus: Corpus, { salt, keep, rareBelow }: AnonymizeOptions): Anonymized {
  const names = new Pseudonyms(salt)
  const work: Work = { names, keep, lengths: coarseLengths(corpus, rareBelow), losses: new Losses() }
  const hasRanks = areRanks(corpus)
  const idOf = (id: string) => (hasRanks || id === 'root' ? id : names.of('id', id))
  const earliestMs = corpus.traces.reduce(
    (least, { startMs = 0 }) => Math.min(least, startMs),
    Number.POSITIVE_INFINITY,
  )
  const traces = corpus.traces.map((trace) => traceOf(trace, { idOf, earliestMs, work })).sort(byId)
  const { schema, blockSize, blockScope, origin, edges } = corpus
  const numbered = blockScope === 'local' ? traces.flatMap((trace) => renumberBlocks([trace])) : renumberBlocks(traces)
  const anonymous = present<Omit<Corpus, 'digest'>>({ schema, blockSize, blockScope, origin, edges, traces: numbered })
  return {
    corpus: { ...anonymous, digest: corpusDigest(anonymous) },
    losses: work.losses.all,
    stillRare: stillRare(numbered, rareBelow),
    originals: originalsOf(corpus, idOf),
    ...namesOf(corpus, { keep, salt, hasRanks }),
  }
}

interface Work {
  readonly names: Pseudonyms
  readonly keep: ReadonlySet<Keepable>
  readonly lengths: CoarseLengths
  readonly losses: Losses
}

/** Whether the traces are single requests that their reader named after their place in time, which stays. */
function areRanks({ origin, traces }: Corpus): boolean {
  return (
    origin.format === 'mooncake' &&
    traces.every(
      ({ id, sessions }, index) =>
        sessions.length === 1 &&
        sessions[0]!.id === id &&
        /^request_(\d+)$/.exec(id)?.[1] === rank(index, traces.length),
    )
  )
}

function rank(index: number, of: number): string {
  return String(index + 1).padStart(String(of).length, '0')
}

function traceOf(
  { id, models, startMs, sessions }: Trace,
  {
    idOf,
    earliestMs,
    work,
  }: { readonly idOf: (id: string) => string; readonly earliestMs: number; readonly work: Work },
): Trace {
  if (idOf(id) !== id) work.losses.add('changed', 'id', 'names by the salt')
  if (startMs !== undefined && earliestMs !== 0) work.losses.add('changed', 'startMs', 'the first trace begins at 0')
  return present<Trace>({
    id: idOf(id),
    models: models.map((model) => modelOf(model, work)).sort(),
    startMs: startMs === undefined ? undefined : roundMs(startMs - earliestMs),
    sessions: sessions.map((session) => sessionOf(session, idOf, work)),
  })
}

function byId(a: Trace, b: Trace): number {
  return a.id < b.id ? -1 : 1
}

function sessionOf(session: Session, idOf: (id: string) => string, work: Work): Session {
  const { id, parent, launch, agentType, turns, tools } = session
  const head = work.lengths.head(session)
  if (head.toolTokens !== session.toolTokens || head.systemTokens !== session.systemTokens)
    work.losses.add('changed', 'toolTokens, systemTokens', 'rare ones are whole blocks')
  return present<Session>({
    id: idOf(id),
    parent,
    launch: launch && present<Launch>({ afterTurn: launch.afterTurn, startMs: launch.startMs, endMs: launch.endMs }),
    agentType: agentType === undefined ? undefined : agentTypeOf(agentType, work),
    ...head,
    turns: turns.map((turn) => turnOf(turn, work)),
    tools: tools?.map(({ name, startMs, endMs, failed }) =>
      present<ToolSpan>({ name: toolOf(name, work), startMs, endMs, failed }),
    ),
  })
}

function turnOf(turn: Turn, work: Work): Turn {
  const { lengths, losses } = work
  const inputTokens = lengths.input(turn.inputTokens)
  const outputTokens = lengths.output(turn.outputTokens)
  if (inputTokens !== turn.inputTokens)
    losses.add('changed', 'inputTokens', 'rare ones end in the middle of their last block')
  if (outputTokens !== turn.outputTokens) losses.add('changed', 'outputTokens', 'rare ones have two digits')
  if (turn.replyBlocks) losses.add('dropped', 'replyBlocks', 'a reply is not numbered')
  const { sharedBlocks, ownBlocks, partialBlock, startMs, apiMs, ttftMs, queueMs, thinkMs, stopReason } = turn
  // A shortened prompt cannot have had more in the cache than it has.
  const cachedTokens = turn.cachedTokens === undefined ? undefined : Math.min(turn.cachedTokens, inputTokens)
  return present<Turn>({
    ...{ inputTokens, outputTokens, sharedBlocks, ownBlocks, partialBlock, startMs, apiMs, ttftMs, queueMs, thinkMs },
    ...{ replyBlocks: undefined, cachedTokens },
    model: modelOf(turn.model, work),
    inputKinds: turn.inputKinds.map((kind) => wordOf('inputKinds', kind, plainWords.kinds, losses)),
    outputKinds: turn.outputKinds.map((kind) => wordOf('outputKinds', kind, plainWords.kinds, losses)),
    stopReason: stopReason === undefined ? undefined : wordOf('stopReason', stopReason, plainWords.stopReasons, losses),
    needs: turn.needs.map(({ on, trigger, delayMs, relation }) => ({
      on: { session: on.session, turn: on.turn },
      trigger,
      delayMs,
      relation,
    })),
  })
}

/** Without what is absent. Every field must be there, so that one that is new is not passed on before somebody has thought about it. */
function present<Value extends object>(fields: { [Field in keyof Required<Value>]: Value[Field] | undefined }): Value {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Value
}

function modelOf(model: string, { keep, names, losses }: Work): string {
  if (keep.has('models') || model === 'unknown') return model
  losses.add('changed', 'model', 'names by the salt')
  return names.of('model', model)
}

function agentTypeOf(type: string, { keep, names, losses }: Work): string {
  if (keep.has('agent-types') || plainWords.agentTypes.has(type)) return type
  losses.add('changed', 'agentType', 'names by the salt')
  return names.of('agent', type)
}

function toolOf(name: string, { names, losses }: Work): string {
  if (plainWords.tools.has(name)) return name
  losses.add('changed', 'tools', 'names by the salt')
  return names.of('tool', name)
}

function wordOf(field: string, word: string, plain: ReadonlySet<string>, losses: Losses): string {
  if (plain.has(word)) return word
  losses.add('changed', field, `a word that is not of a public API is "${otherWord}"`)
  return otherWord
}

function originalsOf({ traces }: Corpus, idOf: (id: string) => string): Anonymized['originals'] {
  return new Map(
    traces.flatMap(({ id: trace, sessions }) => [
      ...sessions.map(({ id: session }) => [idOf(session), { trace, session }] as const),
      [idOf(trace), { trace, session: sessions[0]!.id }] as const,
    ]),
  )
}

/** Words of the formats themselves tell nothing. */
function namesOf(
  { traces }: Corpus,
  { keep, salt, hasRanks }: { readonly keep: ReadonlySet<Keepable>; readonly salt: string; readonly hasRanks: boolean },
): Pick<Anonymized, 'forbidden' | 'kept'> {
  const sessions = traces.flatMap((trace) => trace.sessions)
  const turns = sessions.flatMap((session) => session.turns)
  const models = [...traces.flatMap((trace) => trace.models), ...turns.map(({ model }) => model)]
  const agentTypes = sessions.flatMap(({ agentType = [] }) => agentType)
  const words = turns.flatMap(({ inputKinds, outputKinds, stopReason = [] }) =>
    [inputKinds, outputKinds, stopReason].flat(),
  )
  const ids = hasRanks ? [] : [...traces, ...sessions].map(({ id }) => id)
  const kept = new Set([...(keep.has('models') ? models : []), ...(keep.has('agent-types') ? agentTypes : [])])
  const tools = sessions.flatMap((session) => (session.tools ?? []).map(({ name }) => name))
  const forbidden = [salt, ...ids, ...models, ...agentTypes, ...words, ...tools]
  return { kept, forbidden: new Set(forbidden.filter((name) => !kept.has(name) && !wordsOfFormats.has(name))) }
}

function stillRare(traces: readonly Trace[], rareBelow: number): Anonymized['stillRare'] {
  const turns = traces.flatMap(({ sessions }) => sessions.flatMap((session) => session.turns))
  return {
    inputs: rareAmong(
      turns.map(({ inputTokens }) => inputTokens),
      rareBelow,
    ),
    outputs: rareAmong(
      turns.map(({ outputTokens }) => outputTokens),
      rareBelow,
    ),
  }
}
