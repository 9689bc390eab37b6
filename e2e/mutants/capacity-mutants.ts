import type { Mutant } from './mutant.ts'

const measure = 'packages/result-aggregator/src/measure'
const capacity = 'packages/cli/src/capacity'

/** What keeps a search from saying that a server holds more than it does, or a budget from promising too much. */
export const capacityMutants: readonly Mutant[] = [
  {
    faults: ['capacity'],
    without: 'counting failed requests as waits in vain',
    file: `${measure}/objective-meter.ts`,
    edits: [
      ["record.outcome.kind === 'failed' ? Infinity : knownLatency(metric, record)", 'knownLatency(metric, record)'],
    ],
    tests: [`${measure}/objective-meter.test.ts`],
  },
  {
    faults: ['capacity'],
    without: 'confirming the ends of a bracket with other seeds',
    file: `${capacity}/next-size.ts`,
    edits: [['if (shaky) return shaky.size', '']],
    tests: [`${capacity}/next-size.test.ts`, `${capacity}/search-capacity.test.ts`],
  },
  {
    faults: ['capacity'],
    without: 'a look at a size well above the bracket',
    file: `${capacity}/next-size.ts`,
    edits: [['return breaks === undefined ? undefined : beyond(ladder, breaks, highest.size)', 'return undefined']],
    tests: [`${capacity}/next-size.test.ts`, `${capacity}/search-capacity.test.ts`],
  },
  {
    faults: ['budget'],
    without: 'the sessions that a corpus has',
    file: `${measure}/goal-cost.ts`,
    edits: [['=> sessions <= most', '=> sessions <= Math.max(most, Infinity)']],
    tests: [`${measure}/goal-cost.test.ts`],
  },
]
