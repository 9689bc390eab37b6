import { type AgentxSession, agentxStart, agentxTraces } from './agentx-traces.ts'
import type { RecordedRequest } from './recording-server.ts'

/** How the requests of a tool are read. */
export interface Reading {
  /** What all requests of one play of a trace have in common; undefined: of no play. */
  playOf(request: RecordedRequest): string | undefined
  /** Length of its prompt without what marks the play. */
  promptTokensOf(request: RecordedRequest): number | undefined
}

/** A turn that a tool sent, by its name in the traces. */
export interface SentTurn {
  readonly name: string
  readonly promptTokens: number | undefined
  readonly request: RecordedRequest
}

/** What a tool sent. */
export interface Sent {
  /** Lengths of the prompts that asked for one token, each once. */
  readonly primed: readonly number[]
  /** By trace, its plays in the order they began, each with its turns as they came. */
  readonly plays: readonly (readonly (readonly SentTurn[])[])[]
}

/** A turn of a trace, by its name; lists of them are in the order of their recorded starts. */
export interface NamedTurn {
  readonly name: string
  readonly startS: number
  readonly endS: number
  readonly inputTokens: number
  readonly outputTokens: number
}

export const wholeTraces = agentxTraces.map(turnsOf)
/** What was left of each trace where lanes start. */
export const startedTraces = wholeTraces.map((turns) => turns.filter(({ startS }) => startS >= startOf(turns)))

/** The last prompt before the start of every session that had begun and was not over. */
export const primers = agentxTraces
  .flatMap((sessions, trace) =>
    sessions.map(({ turns }) => {
      const before = turns.filter(({ startS }) => startS < startOf(wholeTraces[trace]!))
      return before.length < turns.length ? before.at(-1)?.inputTokens : undefined
    }),
  )
  .filter((length) => length !== undefined)

export function sentOf(requests: readonly RecordedRequest[], { playOf, promptTokensOf }: Reading): Sent {
  const ofPlays = requests.filter((request) => playOf(request) !== undefined)
  const primed = new Set(ofPlays.filter(({ maxTokens }) => maxTokens === 1).map((each) => promptTokensOf(each)!))
  const measured = ofPlays.filter(({ maxTokens }) => maxTokens > 1)
  const plays = wholeTraces.map((turns) => {
    const nameOf = new Map(turns.map(({ name, outputTokens }) => [outputTokens, name]))
    const own = measured.filter(({ maxTokens }) => nameOf.has(maxTokens))
    return [...Map.groupBy(own, playOf).values()].map((play) =>
      play.map((request) => ({
        name: nameOf.get(request.maxTokens)!,
        promptTokens: promptTokensOf(request),
        request,
      })),
    )
  })
  return { primed: [...primed].sort((a, b) => a - b), plays }
}

/** Seconds from the reply of a turn to the next request that waited for it, in a play. */
export function gapS(play: readonly SentTurn[], from: string, to: string): number {
  const requestOf = (name: string) => play.find((turn) => turn.name === name)!.request
  return (requestOf(to).arrivedMs - requestOf(from).repliedMs!) / 1000
}

function turnsOf(sessions: readonly AgentxSession[]): NamedTurn[] {
  return sessions
    .flatMap(({ name, turns }) =>
      turns.map(({ apiS, ...turn }, at) => ({ name: `${name}/${at}`, ...turn, endS: turn.startS + apiS })),
    )
    .sort((a, b) => a.startS - b.startS)
}

function startOf(turns: readonly NamedTurn[]): number {
  return agentxStart * turns.at(-1)!.startS
}
