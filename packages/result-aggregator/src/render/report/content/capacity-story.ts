/** What a search found of how much a server holds, as a page tells it. Texts are not yet fit for a page. */
export interface CapacityStory {
  /** What it holds, in a sentence. */
  readonly sentence: string
  /** What else has to be known: that the search is not over, what is strange. */
  readonly remarks: readonly string[]
  readonly unit: 'lanes' | 'sessions/s'
  readonly objectives: readonly StoryObjective[]
  /** By rising size. */
  readonly sizes: readonly StorySize[]
}

export interface StoryObjective {
  /** `ttft_p90 <= 15 s` */
  readonly text: string
  /** Share of the requests that have to be within the bound. */
  readonly wantedShare: number
}

export interface StorySize {
  readonly size: number
  readonly runs: number
  readonly verdict: 'keeps' | 'breaks' | 'unclear'
  /** In the order of the objectives; none where no run could be used. */
  readonly shares: readonly StoryShare[]
  /** Why no more can be said, or why it broke; may be empty. */
  readonly why: string
}

export interface StoryShare {
  /** The percentile itself, as it is written. */
  readonly seen: string
  /** Absent: no request had a value. */
  readonly keptShare?: number
  /** By how much that may be off either way. Absent: nobody can tell. */
  readonly uncertainty?: number
}
