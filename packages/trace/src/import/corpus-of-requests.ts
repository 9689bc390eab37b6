import type { Losses } from '../convert/losses.ts'
import type { Corpus, Trace } from '../corpus.ts'
import { corpusDigest } from '../corpus-digest.ts'
import { roundMs } from '../milliseconds.ts'
import { buildTraces, type RecordedRequest, type RequestNeed } from '../recording/build-traces.ts'
import type { LoggedRequest } from './logged-request.ts'
import type { PromptChains, Tokenize } from './prompt-chains.ts'

export interface CorpusOptions {
  readonly chains: PromptChains
  readonly blockSize: number
  readonly tokenize: Tokenize
  /** Name of the tokenizer. */
  readonly tokenizer: string
  readonly losses: Losses
}

/** What is sent back where a log tells nothing of a reply. */
const usualOutputTokens = 256

/** The corpus that logged requests make; what of it was not in the log is told. Ids of blocks mean something inside a trace only. */
export function corpusOfRequests(logged: readonly LoggedRequest[], options: CorpusOptions): Corpus {
  const sessions = sessionsInTime(logged)
  const links = new Links(sessions, options.losses)
  const requests = [...sessions.values()].flatMap((session) =>
    session.map((request, index) => recorded(request, links.needsOf(session, index), options)),
  )
  const traces = buildTraces(requests, options.blockSize).map((trace) => described(trace, sessions))
  const hasChildren = traces.some(({ sessions: all }) => all.length > 1)
  const corpus: Omit<Corpus, 'digest'> = {
    ...{ schema: 'corpus/1', blockSize: options.blockSize, blockScope: 'global', edges: 'explicit', traces },
    origin: { format: 'weka', subagentTimes: hasChildren ? 'completion-relative' : 'none' },
  }
  return { ...corpus, digest: corpusDigest(corpus) }
}

type Sessions = ReadonlyMap<string, readonly TimedRequest[]>
type TimedRequest = LoggedRequest & { readonly startMs: number }

function sessionsInTime(logged: readonly LoggedRequest[]): Sessions {
  const sessions = new Map<string, TimedRequest[]>()
  for (const request of logged) {
    const timed = { ...request, startMs: request.startMs ?? 0 }
    const known = sessions.get(request.session)
    if (known) known.push(timed)
    else sessions.set(request.session, [timed])
  }
  for (const session of sessions.values()) session.sort((a, b) => a.startMs - b.startMs)
  return sessions
}

/** What requests wait for: as the log says, and where it does not, by their times. */
class Links {
  readonly #sessions: Sessions
  readonly #losses: Losses
  readonly #byId: ReadonlyMap<string, TimedRequest>
  readonly #joinsOf: ReadonlyMap<string, readonly string[]>
  /** By their starts: nothing waits for what began later, so that no waits run in a circle. */
  readonly #rankOf: ReadonlyMap<string, number>

  constructor(sessions: Sessions, losses: Losses) {
    this.#sessions = sessions
    this.#losses = losses
    const all = [...sessions.values()].flat()
    this.#byId = new Map(all.map((request) => [request.id, request]))
    this.#rankOf = new Map(all.sort((a, b) => a.startMs - b.startMs).map(({ id }, rank) => [id, rank]))
    this.#joinsOf = this.#allJoins()
  }

  needsOf(session: readonly TimedRequest[], index: number): RequestNeed[] {
    const { id } = session[index]!
    return this.#toldNeeds(session, index).filter(({ on }) => {
      const isBefore = this.#rankOf.get(on)! < this.#rankOf.get(id)!
      if (!isBefore) this.#losses.add('dropped', 'needs', 'a wait for a request that began later')
      return isBefore
    })
  }

  #toldNeeds(session: readonly TimedRequest[], index: number): RequestNeed[] {
    const request = session[index]!
    const before = session[index - 1]
    const joined = (this.#joinsOf.get(request.id) ?? []).map((name) => this.#sessions.get(name)!.at(-1)!)
    const awaited = [...(before ? [before] : []), ...joined]
    const delayMs = roundMs(Math.max(0, request.startMs - Math.max(...awaited.map(endOf), Number.NEGATIVE_INFINITY)))
    const completion = (on: LoggedRequest, relation: RequestNeed['relation']): RequestNeed => {
      return { on: on.id, trigger: 'completion', delayMs, relation }
    }
    const needs = joined.map((child) => completion(child, 'join'))
    if (before) return [completion(before, 'sequence'), ...needs]
    const source = this.#sourceOf(request)
    if (!source) return needs
    const isBehind = endOf(source) <= request.startMs
    const fromMs = isBehind ? endOf(source) : source.startMs
    const trigger = isBehind ? 'completion' : 'dispatch'
    return [
      { on: source.id, trigger, delayMs: roundMs(Math.max(0, request.startMs - fromMs)), relation: 'spawn' },
      ...needs,
    ]
  }

  #sourceOf({ launchedBy, parentSession, startMs }: TimedRequest): TimedRequest | undefined {
    if (launchedBy !== undefined && this.#byId.has(launchedBy)) return this.#byId.get(launchedBy)
    const parent = parentSession === undefined ? undefined : this.#sessions.get(parentSession)
    if (parent)
      this.#losses.add('inferred', 'needs', 'a subagent is taken to be started by the request before it in time')
    return parent?.findLast((each) => each.startMs <= startMs)
  }

  #allJoins(): Map<string, string[]> {
    const joins = new Map<string, string[]>()
    const told = new Set<string>()
    for (const { id, joins: names = [] } of this.#byId.values()) {
      const found = names.filter((name) => this.#sessions.has(name))
      joins.set(id, found)
      for (const name of found) told.add(name)
    }
    for (const [name, session] of this.#sessions) {
      const { parentSession, launchedBy } = session[0]!
      if (told.has(name) || parentSession === undefined || launchedBy !== undefined) continue
      const next = this.#sessions.get(parentSession)?.find(({ startMs }) => startMs >= endOf(session.at(-1)!))
      if (!next) continue
      this.#losses.add('inferred', 'needs', 'the request after the last reply of a subagent is taken to wait for it')
      joins.get(next.id)!.push(name)
    }
    return joins
  }
}

function endOf({ startMs, endMs }: TimedRequest): number {
  return Math.max(startMs, endMs ?? startMs)
}

function recorded(request: TimedRequest, needs: readonly RequestNeed[], options: CorpusOptions): RecordedRequest {
  const { id, session, parentSession, group, startMs, endMs, ttftMs, model, stopReason } = request
  const { chains, losses } = options
  const { inputTokens, ids, isCut } = chains.measure(request.prompt, request.inputTokens)
  if (request.inputTokens === undefined)
    losses.add('inferred', 'inputTokens', `counted by the tokenizer ${options.tokenizer}, without what a template adds`)
  if (isCut) losses.add('changed', 'hash_ids', 'a prompt shorter than the one it goes on from is its beginning')
  if (endMs !== undefined)
    losses.add('inferred', 'apiMs', 'from the last line before the request to the last of its reply')
  const wait = needs.find(({ relation }) => relation === 'sequence')
  return {
    ...{ id, session, startMs, model, needs, inputTokens },
    ...(parentSession !== undefined && { parentSession }),
    ...(group !== undefined && { group }),
    outputTokens: outputTokensOf(request, options),
    get ids() {
      return ids()
    },
    ...(endMs !== undefined && { apiMs: roundMs(Math.max(0, endMs - startMs)) }),
    ...(ttftMs !== undefined && { ttftMs }),
    ...(wait && { thinkMs: wait.delayMs }),
    ...(stopReason !== undefined && { stopReason }),
  }
}

function outputTokensOf(
  { outputTokens, outputText, isOutputPart, maxTokens }: LoggedRequest,
  { tokenize, tokenizer, losses }: CorpusOptions,
): number {
  if (outputTokens !== undefined && !isOutputPart) return outputTokens
  if (outputText !== undefined) {
    losses.add('inferred', 'outputTokens', `counted by the tokenizer ${tokenizer}`)
    return Math.max(outputTokens ?? 0, tokenize(outputText).length)
  }
  if (outputTokens !== undefined) return outputTokens
  if (maxTokens !== undefined) {
    losses.add('inferred', 'outputTokens', 'the most that was asked for, since no reply is there')
    return maxTokens
  }
  losses.add('invented', 'outputTokens', `${usualOutputTokens}, since neither a reply nor a limit is there`)
  return usualOutputTokens
}

/** With what `buildTraces` does not carry. */
function described(trace: Trace, logged: Sessions): Trace {
  return {
    ...trace,
    sessions: trace.sessions.map((session) => {
      const requests = logged.get(session.id)!
      const { agentType } = requests[0]!
      const head = elasticHead(requests[0]!)
      return {
        ...session,
        ...(agentType !== undefined && { agentType }),
        systemTokens: head,
        turns: session.turns.map((turn, index) => {
          const { inputKinds, outputKinds } = requests[index]!
          return { ...turn, inputKinds, outputKinds }
        }),
      }
    }),
  }
}

/** The tokens of tools and system, which logs of agents leave out. */
function elasticHead({ prompt }: LoggedRequest): number {
  let first = prompt
  while (first.before) first = first.before
  return first.isElastic && first !== prompt ? (first.endTokens ?? 0) : 0
}
