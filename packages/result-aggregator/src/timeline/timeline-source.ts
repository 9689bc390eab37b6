/** One thing that happened over time, to be laid beside others: a recording, a run, a simulation. Instants are milliseconds on its own clock. */
export interface TimelineSource {
  readonly name: string
  readonly sessions: readonly TimelineSession[]
  /** In any order; ids are unique. */
  readonly requests: readonly TimelineRequest[]
  readonly tools: readonly TimelineTool[]
  readonly phases: readonly TimelineSpan[]
  /** What stood at a height over time, as the server told it. Absent: nobody asked it. */
  readonly levels?: readonly TimelineLevel[]
}

export interface TimelineLevel {
  readonly name: string
  readonly unit: string
  /** In the order of time. Each holds until it ends, or the next begins. */
  readonly points: readonly { readonly startMs: number; readonly height: number; readonly endMs?: number }[]
}

export interface TimelineSession {
  readonly name: string
}

export interface TimelineSpan {
  readonly name: string
  readonly startMs: number
  /** Absent where its end was not seen. */
  readonly endMs?: number
}

export interface TimelineRequest extends TimelineSpan {
  readonly id: string
  /** Index in `sessions`. */
  readonly session: number
  /** When it was sent, where that was later than its start. Absent where it never was. */
  readonly sentMs?: number
  readonly firstTokenMs?: number
  /** Parts of it, one behind the other. */
  readonly stages: readonly Required<TimelineSpan>[]
  readonly inputTokens: number
  /** Input that a cache held; absent where nobody said. */
  readonly hitTokens?: number
  /** Of other sessions: what it waited for. */
  readonly waitsFor: readonly TimelineWait[]
  /** What lies between it and the next request of its session. */
  readonly gapName: string
  readonly facts: Readonly<Record<string, string | number | boolean>>
}

export interface TimelineWait {
  /** Of a request of the source. */
  readonly id: string
  /** Why: `spawn`, `join`, `background`, or what else the plan says. */
  readonly relation: string
  /** The instant that it waited for: that the other was sent, or that it ended. */
  readonly trigger: 'dispatch' | 'completion'
}

export interface TimelineTool {
  readonly name: string
  readonly session: number
  readonly startMs?: number
  readonly endMs?: number
  readonly failed: boolean
}
