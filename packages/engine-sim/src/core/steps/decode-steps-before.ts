import type { StepDuration, StepWork } from '../step-time/step-work.ts'

interface UnderWay {
  readonly plan: StepWork
  readonly endMs: number
}

interface DecodeSteps {
  /** Steps that are scheduled and not over, the first to end first, all of them the same decode step, each one token longer. */
  readonly underWay: readonly UnderWay[]
  /** So many more may be scheduled that are like them. */
  readonly most: number
  readonly stepMs: StepDuration
}

interface EndedSteps {
  /** How many end before the instant; no more than may be scheduled, as each that ends has another scheduled. */
  readonly steps: number
  /** End of the last of those; of none, 0. */
  readonly endedMs: number
  /** Ends of the steps that are then under way. */
  readonly endsMs: readonly number[]
}

/** End of the first step after which a caller may see something, which so many eventless ones lead to. */
export function nextEventMs(
  eventless: number,
  { underWay, mostUnderWay, stepMs }: Omit<DecodeSteps, 'most'> & { readonly mostUnderWay: number },
): number {
  const known = underWay[eventless] ?? (underWay.length < mostUnderWay && underWay[0])
  if (known) return known.endMs
  const most = eventless - (underWay.length - 1)
  return decodeStepsBefore(Number.POSITIVE_INFINITY, { underWay, most, stepMs }).endsMs.at(-1)!
}

/** What decode steps that follow one another are at an instant. Instants are summed up step by step, as single steps sum them. */
export function decodeStepsBefore(beforeMs: number, { underWay, most, stepMs }: DecodeSteps): EndedSteps {
  const last = underWay.at(-1)!
  const work = decodesOf(last.plan)
  const isAhead = underWay.length > 1
  let endedMs = 0
  let nextMs = underWay[0]!.endMs
  let lastMs = last.endMs
  let steps = 0
  while (steps < most && nextMs < beforeMs) {
    steps += 1
    endedMs = nextMs
    work.decodeContextTokens += work.decodes
    if (work.ranks) for (const rank of work.ranks) if (rank) rank.decodeContextTokens += rank.decodes
    nextMs = lastMs
    lastMs += stepMs(work)
    if (!isAhead) nextMs = lastMs
  }
  return { steps, endedMs, endsMs: isAhead ? [nextMs, lastMs] : [lastMs] }
}

/** Fewer steps than these are ended one by one. */
export const fewestAhead = 3

interface Decodes {
  readonly prefillTokens: number
  readonly prefillContextTokens: number
  readonly prefills: number
  readonly prefillReachTokens: number
  readonly decodes: number
  decodeContextTokens: number
  readonly ranks: readonly (Decodes | undefined)[] | undefined
}

function decodesOf({ decodes, decodeContextTokens, ranks }: StepWork): Decodes {
  const ofRanks = ranks?.map((rank) => rank && decodesOf(rank))
  const none = { prefillTokens: 0, prefillContextTokens: 0, prefills: 0, prefillReachTokens: 0 }
  return { ...none, decodes, decodeContextTokens, ranks: ofRanks }
}
