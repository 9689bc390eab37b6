import type { Distribution } from './distribution.ts'

/** What a generator must know of one kind of agent, as quantiles. Tokens are at scale 1. */
export interface AgentShape {
  readonly turns: Distribution
  readonly toolTokens: Distribution
  readonly systemTokens: Distribution
  /** Of the first turn, beyond tools and system prompt. */
  readonly firstTokens: Distribution
  /** The same of a prompt that begins anew. */
  readonly resetTokens: Distribution
  readonly outputTokens: Distribution
  /** New input of a turn that keeps everything before it, among the first turns, when an agent reads its way into the task. */
  readonly openingTokens: Distribution
  /** The same of later turns. */
  readonly growthTokens: Distribution
  readonly thinkMs: Distribution
  /** Absent where no server times are known. */
  readonly apiMs?: Distribution | undefined
  /** As a share of `apiMs`, of the `streamedShare` of turns that have a time to first token. */
  readonly ttftShare: Distribution
  readonly streamedShare: number
  /** Input beyond the head at which a session is compacted; absent where compactions are among `rewrites` alone. */
  readonly limitTokens?: Distribution | undefined
  /** How a prompt's ids relate to those of the turn before; what is left is plain growth. */
  readonly rewrites: readonly Rewrite[]
  /** Of all its prompts: what is made up turn by turn is stretched to it. */
  readonly inputTokens?: Distribution | undefined
  /** What differs between short and long sessions, by rising length; the last is for all that are longer. */
  readonly byLength?: readonly LengthShape[] | undefined
}

/** How the prompts of sessions up to some length come about. */
export interface LengthShape extends Pick<AgentShape, 'firstTokens' | 'openingTokens' | 'growthTokens' | 'rewrites'> {
  readonly mostTurns: number
}

export type Rewrite = PlainRewrite | MeasuredRewrite

export interface PlainRewrite {
  readonly kind: 'last-block' | 'head-kept' | 'compaction' | 'mostly-kept' | 'half-kept' | 'reset' | 'identical'
  readonly share: number
}

export interface MeasuredRewrite {
  readonly kind: 'measured'
  readonly share: number
  /** It keeps less than half: a compaction, or a beginning anew. */
  readonly compacts: boolean
  /** Blocks kept, as a share of those of the prompt before. */
  readonly keptShare: Distribution
  /** Input as a share of that of the prompt before. */
  readonly inputRatio: Distribution
}

/** How agents start agents. */
export interface FamilyShape {
  /** From the parent's reply to the start of its subagents. */
  readonly launchMs: Distribution
  /** From the last subagent's end to the parent's next turn. */
  readonly resumeMs: Distribution
  /** Subagents started together. */
  readonly groupSizes: Distribution
  /** Turns of a session that starts any, for each group that it starts. */
  readonly turnsPerGroup: number
}

/** How the first prompts of traces begin with what an earlier trace sent. */
export interface SharedStart {
  /** Blocks of a first prompt that were sent before by another trace, as a share. */
  readonly keptShare: Distribution
}

/** Everything that a generator of traces must know. */
export interface Shapes {
  readonly root: AgentShape
  readonly subagent: AgentShape
  readonly family: FamilyShape
  /** Absent where traces share nothing. */
  readonly sharedStart?: SharedStart | undefined
}

/** Turns after the first that grow by `openingTokens`. */
export const openingTurns = 4
