/** What one value of a quantity is measured in. */
export type Unit = 'count' | 'tokens' | 'ms' | 'share'

export interface Quantity {
  readonly title: string
  readonly unit: Unit
  /** What there is one value of. */
  readonly per: 'trace' | 'session' | 'turn' | 'pair of turns'
  readonly about: string
}

/** What is looked at in a corpus, in the order in which it is told. */
export const quantities = {
  turns: { title: 'turns', unit: 'count', per: 'trace', about: 'Requests of the root session.' },
  inputTokens: {
    title: 'input',
    unit: 'tokens',
    per: 'turn',
    about: 'The whole prompt of a root turn, what a cache may hold included.',
  },
  outputTokens: { title: 'output', unit: 'tokens', per: 'turn', about: 'The recorded reply of a root turn.' },
  thinkMs: {
    title: 'think time',
    unit: 'ms',
    per: 'pair of turns',
    about: 'From the reply to a root turn, or to the last subagent that is waited for, until the next turn is sent.',
  },
  serviceMs: {
    title: 'service time',
    unit: 'ms',
    per: 'turn',
    about: 'The recorded server time of a root turn, where there is one. It is no part of a replay.',
  },
  firstTokenMs: {
    title: 'first token',
    unit: 'ms',
    per: 'turn',
    about: 'The recorded time to the first token of a root turn, where there is one.',
  },
  growthTokens: {
    title: 'context growth',
    unit: 'tokens',
    per: 'pair of turns',
    about: 'Input of a root turn less that of the turn before it. Negative where the context was compacted.',
  },
  freshTokens: {
    title: 'fresh input',
    unit: 'tokens',
    per: 'pair of turns',
    about: 'Input behind the blocks shared with the turn before: the least that a server must compute of it.',
  },
  hitRate: {
    title: 'hit rate',
    unit: 'share',
    per: 'trace',
    about: 'Share of the blocks of a root session that a cache which never forgets holds from its own earlier turns.',
  },
  durationMs: {
    title: 'duration',
    unit: 'ms',
    per: 'trace',
    about: 'From its first request to its last reply, where server times are recorded.',
  },
  parallelism: {
    title: 'parallelism',
    unit: 'count',
    per: 'trace',
    about: 'The most requests of a trace in flight at once, by recorded server times.',
  },
  subagents: { title: 'subagents', unit: 'count', per: 'trace', about: 'Of traces that have any.' },
  depth: {
    title: 'depth',
    unit: 'count',
    per: 'trace',
    about: 'Levels of subagents below the root, of traces that have any.',
  },
  subagentTurns: { title: 'subagent turns', unit: 'count', per: 'session', about: 'Requests of a subagent.' },
  subagentInputTokens: {
    title: 'subagent input',
    unit: 'tokens',
    per: 'turn',
    about: 'The whole prompt of a subagent.',
  },
  subagentOutputTokens: { title: 'subagent output', unit: 'tokens', per: 'turn', about: 'The reply to a subagent.' },
} as const satisfies Record<string, Quantity>

export type QuantityName = keyof typeof quantities

export const quantityNames = Object.keys(quantities) as readonly QuantityName[]
