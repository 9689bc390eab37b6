import type { FailureClass } from '@reprise/wire'

/** One thing that a server does with a request. A reply whose steps do not finish it is left hanging. */
export type FaultStep =
  | { readonly do: 'head'; readonly status?: number; readonly headers?: Readonly<Record<string, string>> }
  /** `bytesPerWrite`: in pieces of so many bytes, each of which the client reads by itself; default: whole. */
  | { readonly do: 'write'; readonly text: string; readonly bytesPerWrite?: number }
  /** Past the HTTP layer, where the head would stand. */
  | { readonly do: 'raw'; readonly text: string }
  | { readonly do: 'wait'; readonly ms: number }
  /** `reset`: the connection, with RST; `die`: the whole server, for good. */
  | { readonly do: 'end' | 'reset' | 'die' }

/** What a request comes to: the kind of its outcome, or the class of its failure. */
export type Ending = 'ok' | 'truncated' | FailureClass

/** Something that goes wrong between a client and a server, as data: `startFaultyServer` does it, `faults` lists them. */
export interface Fault {
  /** In words, without a period. */
  readonly what: string
  /** What requests come to that are sent one after the other. */
  readonly ends: readonly Ending[]
  /** What the server does with them, in turn. Where an entry is missing, it answers as it should. */
  readonly replies: readonly (readonly FaultStep[] | undefined)[]
  /** Nobody listens. */
  readonly down?: true
  /** It ends so only where this many tokens are asked for. */
  readonly outputTokens?: number
  /** The client's pause between two requests. */
  readonly idleMs?: number
}
