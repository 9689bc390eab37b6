import type { Mutant } from './mutant.ts'

/** Of what people type, of how they are answered, and of what a simulation counts. */
export const wordMutants: readonly Mutant[] = [
  {
    faults: ['repeated-flag'],
    without: 'counting how often a value is given',
    file: 'packages/cli/src/options/refuse-repeats.ts',
    edits: [['if (given.length < 2) return', 'return']],
    tests: ['packages/cli/src/options/refuse-repeats.test.ts'],
    named: 'is refused, not the last one taken',
  },
  {
    faults: ['shown-key'],
    without: 'asking whether a server wants a key',
    file: 'packages/cli/src/run/with-key.ts',
    edits: [['|| !(await asksForKey(options))', '']],
    tests: ['packages/cli/src/run/with-key.test.ts'],
    named: 'one that asks for none does not see it',
  },
  {
    faults: ['other-scheme'],
    without: 'trying the other scheme',
    file: 'packages/replay-engine/src/endpoint/endpoint-client.ts',
    edits: [['this.#isStraight ? await otherScheme(origin, error) : undefined', 'undefined']],
    tests: ['packages/replay-engine/src/endpoint/endpoint-client.test.ts'],
    named: 'is called what it is',
  },
  {
    faults: ['dead-server'],
    without: 'telling asking in vain from being late',
    file: 'packages/result-aggregator/src/measure/client-rules.ts',
    edits: [['return counts.ok === 0 || ', 'return false && ']],
    tests: ['packages/result-aggregator/src/measure/validity.test.ts'],
    named: 'is not late where nobody answers',
  },
  {
    faults: ['cut-replies'],
    without: 'asking what of the replies in flight had come',
    file: 'packages/replay-engine/src/replay/run.ts',
    edits: [['this.options.target.tokensInFlight?.()', 'undefined']],
    tests: ['packages/cli/src/commands/simulate.test.ts'],
    named: 'tokens of replies that the window cuts',
  },
]
