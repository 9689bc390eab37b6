import type { Mutant } from './mutant.ts'

const comparison = 'packages/result-aggregator/src/comparison'

/** What keeps two servers from being told apart, or alike, without ground. */
export const compareMutants: readonly Mutant[] = [
  {
    faults: ['compare-failures'],
    without: 'turns that failed as infinitely slow ones',
    file: `${comparison}/turn-pairs.ts`,
    edits: [['if (isFailed(record)) return Infinity', 'if (isFailed(record)) return Number.NaN']],
    tests: [`${comparison}/typical-ratio.test.ts`],
  },
  {
    faults: ['compare-failures'],
    without: 'withholding a pass from a server that fails more requests',
    file: `${comparison}/judge-gate.ts`,
    edits: [["outcome === 'passes' && moreFailed > MORE_FAILURES", "outcome === 'passes' && moreFailed > 1"]],
    tests: [`${comparison}/compare-sides.test.ts`],
  },
  {
    faults: ['compare-ties'],
    without: 'looking at ratios from both sides',
    file: `${comparison}/typical-ratio.ts`,
    edits: [
      [
        '[Math.min(own.low, 1 / turned.high), Math.max(own.high, 1 / turned.low)]',
        '[own.low, turned.low > 0 ? own.high : own.low]',
      ],
    ],
    tests: [`${comparison}/typical-ratio.test.ts`],
  },
  {
    faults: ['compare-ties'],
    without: 'values that are just the percentile as half below it',
    file: `${comparison}/percentile-ratio.ts`,
    edits: [['Number(value < limit) + Number(value <= limit)', '2 * Number(value <= limit)']],
    tests: [`${comparison}/percentile-ratio.test.ts`],
  },
  {
    faults: ['compare-other-work'],
    without: 'keeping turns of other work apart',
    file: `${comparison}/comparability.ts`,
    edits: [['if (differing.length > 0) return [', 'if (differing.length > 99) return [']],
    tests: [`${comparison}/comparability.test.ts`],
  },
  {
    faults: ['compare-several'],
    without: 'asking for more where several figures may seem to differ',
    file: `${comparison}/compare-sides.ts`,
    edits: [['level: 1 - (1 - INTERVAL_LEVEL) / main.length', 'level: INTERVAL_LEVEL']],
    tests: [`${comparison}/compare-sides.test.ts`],
  },
  {
    faults: ['compare-untold'],
    without: 'a third outcome of gates',
    file: `${comparison}/judge-gate.ts`,
    edits: [["most <= change ? 'passes' : 'cannot tell'", "'passes'"]],
    tests: [`${comparison}/compare-sides.test.ts`],
  },
]
