import type { Mutant } from './mutant.ts'

const interval = 'packages/result-aggregator/src/interval'
const tests = [
  `${interval}/two-way-variance.test.ts`,
  `${interval}/quantile-estimates.test.ts`,
  'packages/result-aggregator/src/measure/recomputed/recomputed.test.ts',
]

/** What keeps an interval from being narrower than what is known. */
export const intervalMutants: readonly Mutant[] = [
  {
    faults: ['intervals'],
    without: 'the likeness of a block of time to those after it',
    file: `${interval}/two-way-variance.ts`,
    edits: [['squares + Math.max(0, likeness)', 'squares']],
    tests,
  },
  {
    faults: ['intervals'],
    without: 'plays as clusters',
    file: `${interval}/two-way-variance.ts`,
    edits: [['Math.max(plays + blocks - cells, plays, blocks)', 'blocks']],
    tests,
  },
  {
    faults: ['intervals'],
    without: 'the few degrees of freedom of blocks of time',
    file: `${interval}/pooled-degrees.ts`,
    edits: [['blocks ** 2 / ofBlocks', 'blocks ** 2 / ofPlays']],
    tests: [`${interval}/pooled-degrees.test.ts`],
  },
  {
    faults: ['intervals'],
    without: 'a word for a server that fell behind',
    file: `${interval}/interval-ground.ts`,
    edits: [["fellBehind ? 'fell-behind' : undefined", 'undefined']],
    tests,
  },
]
