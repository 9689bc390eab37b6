import type { replay } from '@reprise/replay-engine'

type StopRule = NonNullable<Parameters<typeof replay>[0]['shouldStop']>

/** Says `enough` when so many requests of the measured phase have ended, however they ended; never where no number is given. */
export function enoughRequests(most: number | undefined): StopRule {
  let ended = 0
  return (_counts, { phase }) => {
    if (phase === 'profiling') ended += 1
    return most !== undefined && ended >= most ? 'enough' : undefined
  }
}

/** Rules of which each is asked, and the first is heard that has something to say. */
export function firstOf(...rules: readonly StopRule[]): StopRule {
  return (counts, record) => {
    const said = rules.map((rule) => rule(counts, record))
    return said.find((each) => each !== undefined)
  }
}
