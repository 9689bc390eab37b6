/**
 * An agent workload as it was recorded: what was asked, how long it was, what it shared with
 * what came before, and what it waited for. No text.
 *
 * Values are plain and immutable. Block ids are delta-encoded: a turn holds only the ids beyond
 * the prefix it shares with the turn before it in its session, so that 94 M ids fit in memory.
 */
export interface Corpus {
  readonly schema: 'corpus/1'
  /** SHA-256 (hex) over everything below that a replay depends on. Equal digest, equal workload. */
  readonly digest: string
  /** Tokens per block id. */
  readonly blockSize: number
  readonly blockScope: BlockScope
  readonly origin: TraceOrigin
  /** How it was found what each turn waits for; absent where the corpus was made and not read. */
  readonly edges?: EdgeSource
  /** Sorted by id. */
  readonly traces: readonly Trace[]
}

/** `local`: an id means something inside its trace only. `global`: equal ids are equal content everywhere. */
export type BlockScope = 'local' | 'global'

/**
 * What the dependencies of turns come from.
 *
 * - `explicit`: the files name them. `markers`: subagents stand between their parent's turns (WEKA). `sequence`: only the order of a
 *   session is known, and no session has a child.
 * - `dispatch`, `completion`, `frontier`: inferred from the recorded times by that rule; `inferEdges` says how.
 */
export type EdgeSource = 'explicit' | 'markers' | 'sequence' | EdgeRule

export type EdgeRule = 'dispatch' | 'completion' | 'frontier'

/** The format that the traces were read from or are to be written in, and what only that format leaves open. */
export type TraceOrigin =
  | {
      readonly format: 'weka'
      /** How the subagent times were read; `none` where there are no subagents. */
      readonly subagentTimes: SubagentTimeBasis | 'none'
      /** Traces whose one list of requests held several agents, which were told apart by their blocks; absent where none had. */
      readonly splitTraces?: number
    }
  | {
      readonly format: 'mooncake'
      /** `header`: the file says it; where it does not: `format`, the usual 512; `lengths`, the one that ids and lengths agree on. */
      readonly blockSizeFrom: 'header' | 'format' | 'lengths'
    }
  | {
      readonly format: 'dynamo'
      /** What a recorder did not know and made out of prompts and times, in its own words; absent where it says nothing of that. */
      readonly inferred?: InferredCounts
    }
  /** Lengths and times alone: every request got blocks of its own, so nothing is shared. */
  | { readonly format: 'azure' | 'burstgpt' }

/** Of what was recorded, how much nobody told. */
export interface InferredCounts {
  /** Requests whose session was made out of their prompts. */
  readonly identities: number
  /** Calls of tools whose times are those between a reply and the request that holds their result. */
  readonly tools: number
  /** Requests whose tokens are those of another tokenizer than the model's. */
  readonly approximated: number
}

export type TraceFormatName = TraceOrigin['format']

/** What a subagent marker's time stands for. Source: docs/decisions/0003-subagent-times.md */
export type SubagentTimeBasis = 'start-absolute' | 'start-relative' | 'completion-relative'

/** One recorded tree of sessions: a root agent and its subagents, to any depth. */
export interface Trace {
  readonly id: string
  readonly models: readonly string[]
  /** When its first request was sent, since the start of the recording; absent where traces were recorded one by one. */
  readonly startMs?: number
  /** The root first; a parent always stands before its children. */
  readonly sessions: readonly Session[]
}

/** One conversation: turns in order, each sent after the one before it has ended. */
export interface Session {
  /** Unique in its trace; `root` for the root. */
  readonly id: string
  /** Index in `Trace.sessions`; absent for the root. */
  readonly parent?: number
  /** When and where the parent started it; absent for the root. */
  readonly launch?: Launch
  readonly agentType?: string
  /** Tokens of tool definitions and system prompt at the head of every prompt. */
  readonly toolTokens: number
  readonly systemTokens: number
  readonly turns: readonly Turn[]
  /** Tools that its agent ran, by start, where the format records them. A replay does not run them: their time lies in the gaps between turns. */
  readonly tools?: readonly ToolSpan[]
}

/** A tool call as its harness saw it. One of its times is known at least. */
export interface ToolSpan {
  /** What kind of tool. */
  readonly name: string
  /** Since the start of the trace. */
  readonly startMs?: number
  readonly endMs?: number
  /** It ended in an error. */
  readonly failed?: true
}

/** How a subagent's life lies beside its parent's turns. `linkSessions` makes the dependencies out of it. */
export interface Launch {
  /** Index of the parent's turn that came before; absent where the subagent came before the parent's first turn. */
  readonly afterTurn?: number
  /** Since the start of the trace. */
  readonly startMs: number
  /** When its result was back with the parent; absent where nobody waited for it. */
  readonly endMs?: number
}

export interface Turn {
  readonly inputTokens: number
  readonly outputTokens: number
  /** How many leading ids of full blocks equal those of the turn before in this session; 0 on the first turn. */
  readonly sharedBlocks: number
  /** The ids after the shared ones. `blocksOf` gives the whole list. */
  readonly ownBlocks: Uint32Array
  /** The id of the last block, where that is not full and the format gives it an id: equal ids, equal whole prompts. */
  readonly partialBlock?: number
  /** The ids of the blocks behind its full ones that hold the end of the prompt and the reply, where a recorder tells them. */
  readonly replyBlocks?: Uint32Array
  /** Since the start of the trace. */
  readonly startMs: number
  /** Server time of the recorded call. */
  readonly apiMs?: number
  readonly ttftMs?: number
  /** How much of `ttftMs` the request waited before its prefill began. */
  readonly queueMs?: number
  /** Tokens of its input that the server took from its cache, as that told it. No replay depends on it. */
  readonly cachedTokens?: number
  /** The client's gap before this turn as recorded, tool run time and subagent waits included. */
  readonly thinkMs?: number
  readonly model: string
  readonly inputKinds: readonly string[]
  readonly outputKinds: readonly string[]
  readonly stopReason?: string
  /** What must have happened before this turn is sent. Empty: it may start with its tree. */
  readonly needs: readonly Dependency[]
}

/** The turn is due `delayMs` after the `trigger` of the turn at `on`; with several, after the latest of them. */
export interface Dependency {
  readonly on: TurnAddress
  readonly trigger: 'dispatch' | 'completion'
  readonly delayMs: number
  readonly relation: 'sequence' | 'spawn' | 'join' | 'background'
}

/** Indices into `Trace.sessions` and `Session.turns`. */
export interface TurnAddress {
  readonly session: number
  readonly turn: number
}
