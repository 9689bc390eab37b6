import { printable } from '@reprise/safe-text'
import type { InferredCounts } from '../../corpus.ts'
import { type Problem, TraceError } from '../../problem.ts'
import { buildTraces, type RecordedRequest } from '../../recording/build-traces.ts'
import { ChainedPrompts } from '../../recording/chained-prompts.ts'
import { HashNumbers } from '../../recording/hash-numbers.ts'
import { InvalidTrace } from '../../recording/invalid-trace.ts'
import { PlacesOfTurns } from '../../recording/places-of-turns.ts'
import type { FormatReader, LiftedLists, ReaderNotes, Recording, RecordPlace } from '../../recording/trace-format.ts'
import { knownLaunches } from './known-launches.ts'
import { endMs, linkEnds } from './link-ends.ts'
import { parseDynamoRow, type RecordedEnd } from './parse.ts'
import { ToolRows } from './tool-rows.ts'

/** A record is an event; ends of requests and of tools are used. Shards come in any order, and so do the rows in them. */
export class DynamoReader implements FormatReader {
  readonly #notes: ReaderNotes
  readonly #ends: PlacedEnd[] = []
  readonly #placeOfRequest = new Map<string, RecordPlace>()
  readonly #parents = new Map<string, string>()
  readonly #numbers = new HashNumbers()
  readonly #prompts = new ChainedPrompts()
  readonly #tools = new ToolRows()
  readonly #inferred = { identities: 0, approximated: 0 }

  constructor(notes: ReaderNotes) {
    this.#notes = notes
  }

  get used(): number {
    return this.#ends.length
  }

  add(record: unknown, place: RecordPlace, { long: lists = [] }: LiftedLists = {}): void {
    const parsed = parseDynamoRow(record, { lists, numbers: this.#numbers })
    if (parsed) this.#addEnd(parsed, place)
    else this.#tools.add(record, place)
  }

  finish(): Recording {
    const { blockSize } = this.#ends[0]!
    const ends = this.#ends.sort(byTime)
    const sessions = Map.groupBy(ends, ({ session }) => session)
    const problems: Problem[] = []
    const evidence = this.#tools.evidence().filter(({ child }) => sessions.has(child))
    for (const { child, session } of evidence) if (!this.#parents.has(child)) this.#parents.set(child, session)
    const parents = this.#knownParents(sessions, problems)
    const launches = knownLaunches(evidence, { sessions, parents, problems })
    const needs = linkEnds(
      new Map(
        [...sessions].map(([name, own]) => {
          const [parent, launch] = [parents.get(name), launches.get(name)]
          return [name, { ends: own, ...(parent !== undefined && { parent }), ...(launch && { launch }) }]
        }),
      ),
    )
    const prompts = this.#prompts
    const requests = ends.map(({ requestId, prompt, ...end }): RecordedRequest => {
      const parentSession = parents.get(end.session)
      return {
        ...end,
        id: requestId,
        ...(parentSession !== undefined && { parentSession }),
        needs: needs.get(requestId)!,
        get ids() {
          return prompts.of(prompt)
        },
      }
    })
    const places = new PlacesOfTurns()
    for (const { session, place } of ends) places.add(session, place)
    return {
      corpus: {
        schema: 'corpus/1',
        blockSize,
        blockScope: 'global',
        origin: { format: 'dynamo', ...this.#inferredCounts() },
        edges: parents.size > 0 ? 'dispatch' : 'sequence',
        traces: buildTraces(requests, blockSize, this.#tools.all()),
      },
      problems,
      contraryTraces: 0,
      placeOf: ({ session, turn }) => places.of(session, turn),
      blockHashes: this.#numbers,
    }
  }

  #addEnd(parsed: RecordedEnd, place: RecordPlace): void {
    const { ids, parentSession: _, badReply, hasInferredSession, isApproximated, ...end } = parsed
    const earlier = this.#placeOfRequest.get(end.requestId)
    if (earlier) {
      const where = `${printable(earlier.file, 300)}:${earlier.line ?? 1}`
      const message = `this request was already read from ${where}; remove one of the shards or rows`
      throw new InvalidTrace(message, end.requestId, 'duplicate-id')
    }
    this.#refuseOtherKind(parsed, place)
    this.#rememberParent(parsed)
    if (badReply !== undefined)
      this.#notes.warn({ code: 'reply-hashes', ...place, message: `${badReply}; the hashes of the reply are not used` })
    this.#placeOfRequest.set(end.requestId, place)
    if (hasInferredSession) this.#inferred.identities += 1
    if (isApproximated) this.#inferred.approximated += 1
    this.#ends.push({
      ...end,
      session: end.session ?? end.requestId,
      hasAgent: end.session !== undefined,
      prompt: this.#prompts.add(ids),
      place,
    })
  }

  #inferredCounts(): { readonly inferred?: InferredCounts } {
    const inferred = { ...this.#inferred, tools: this.#tools.inferred }
    return Object.values(inferred).some((count) => count > 0) ? { inferred } : {}
  }

  /** Lengths are counted in blocks, and rows without an agent are requests by themselves: neither can be mixed. */
  #refuseOtherKind({ blockSize, session }: RecordedEnd, { file }: RecordPlace): void {
    const first = this.#ends[0]
    if (!first) return
    const difference =
      first.blockSize !== blockSize
        ? `trace_block_size ${first.blockSize} and ${blockSize}`
        : first.hasAgent !== (session !== undefined)
          ? 'rows with an agent_context and without'
          : undefined
    if (difference === undefined) return
    const files = `${printable(first.place.file, 300)} and ${printable(file, 300)}`
    throw new TraceError(
      `requests of different kinds, ${difference}, in ${files}; put each kind into a folder of its own`,
    )
  }

  #rememberParent({ session, parentSession, requestId }: RecordedEnd): void {
    if (session === undefined || parentSession === undefined) return
    const known = this.#parents.get(session)
    if (known !== undefined && known !== parentSession) {
      const names = `${printable(known)} and ${printable(parentSession)}`
      throw new InvalidTrace(
        `session ${printable(session)} has two parents, ${names}; correct the row or remove it`,
        requestId,
      )
    }
    this.#parents.set(session, parentSession)
  }

  /** Those that were recorded themselves and lead in no circle. */
  #knownParents(sessions: ReadonlyMap<string, readonly PlacedEnd[]>, problems: Problem[]): Map<string, string> {
    const parents = new Map<string, string>()
    for (const [session, parent] of this.#parents) {
      const { place } = sessions.get(session)![0]!
      const isCircle = leadsBack(session, parent, parents)
      if (sessions.has(parent) && !isCircle) {
        parents.set(session, parent)
        continue
      }
      const why = isCircle ? 'is among its own children' : 'has no request here'
      const message = `the parent ${printable(parent)} of session ${printable(session)} ${why}; the session stands alone`
      problems.push({ severity: 'warning', code: 'orphan', ...place, message })
    }
    return parents
  }
}

type PlacedEnd = Omit<
  RecordedEnd,
  'ids' | 'session' | 'parentSession' | 'badReply' | 'hasInferredSession' | 'isApproximated'
> & {
  readonly session: string
  readonly hasAgent: boolean
  readonly prompt: number
  readonly place: RecordPlace
}

function leadsBack(session: string, parent: string, parents: ReadonlyMap<string, string>): boolean {
  for (let above: string | undefined = parent; above !== undefined; above = parents.get(above)) {
    if (above === session) return true
  }
  return false
}

function byTime(a: PlacedEnd, b: PlacedEnd): number {
  return a.startMs - b.startMs || endMs(a) - endMs(b) || (a.requestId < b.requestId ? -1 : 1)
}
