import type { Mutant } from './mutant.ts'

const aggregator = 'packages/result-aggregator/src'
const measure = `${aggregator}/measure`

/** What keeps a result from looking better than it is. */
export const flatteryMutants: readonly Mutant[] = [
  {
    faults: ['flattery'],
    without: 'a look at usage that cannot be',
    file: `${measure}/invalid-rules.ts`,
    edits: [['  impossibleUsage,\n', '']],
    tests: [`${measure}/flattery.test.ts`],
  },
  {
    faults: ['flattery'],
    without: 'asking whether what came can be as long as the finish reason says',
    file: `${measure}/output-count.ts`,
    edits: [[' && !isSurelyShort(record)', '']],
    tests: [`${measure}/flattery.test.ts`],
  },
  {
    faults: ['flattery'],
    without: 'a look at replies of more chunks than tokens',
    file: `${measure}/reply-rules.ts`,
    edits: [['[hiddenTokens, moreChunks, noPaceSeen,', '[hiddenTokens, noPaceSeen,']],
    tests: [`${measure}/flattery.test.ts`],
  },
  {
    faults: ['flattery'],
    without: 'the tokens that no chunk showed',
    file: `${measure}/token-credit.ts`,
    edits: [
      ["if (replyPace(record).kind === 'hidden') return { firstMs: firstTokenMs ?? doneMs, lastMs: doneMs }", ''],
    ],
    tests: [`${measure}/throughput.test.ts`],
  },
  {
    faults: ['flattery'],
    without: 'asking whether a pace was seen',
    file: `${measure}/reply-pace.ts`,
    edits: [
      [
        "return isSeen ? { kind: 'seen', elapsedMs, steps, tokens } : { kind: 'unseen' }",
        "return { kind: 'seen', elapsedMs, steps, tokens }",
      ],
    ],
    tests: [`${measure}/request-metrics.test.ts`],
  },
  {
    faults: ['flattery'],
    without: 'sharing out what the first read brought',
    file: `${measure}/first-read.ts`,
    edits: [['Math.min(most, Math.max(least, share))', 'least']],
    tests: [`${measure}/request-metrics.test.ts`],
  },
  {
    faults: ['flattery'],
    without: 'the requests that the end cut off, in percentiles',
    file: `${measure}/metric-meter.ts`,
    edits: [['return isCutOff ? Infinity : Number.NaN', 'return Number.NaN']],
    tests: [`${measure}/build-result.test.ts`],
  },
  {
    faults: ['flattery'],
    without: 'a look at first gaps with nothing after them',
    file: `${measure}/first-gap.ts`,
    edits: [['const isHalved = reads === 2', 'const isHalved = false']],
    tests: [`${measure}/flattery.test.ts`],
  },
  {
    faults: ['flattery'],
    without: 'a look at the first gap',
    file: `${measure}/first-gap.ts`,
    edits: [['if (secondReadMs - firstTokenMs > ODD_TIMES * laterMs) this.#odd += 1', '']],
    tests: [`${measure}/flattery.test.ts`],
  },
  {
    faults: ['flattery'],
    without: 'leaving what was never sent out of the share that failed',
    file: `${aggregator}/result/requests-sent.ts`,
    edits: [
      ['return requests - (truncated - refusedAsTooLong)', 'return requests + 0 * (truncated - refusedAsTooLong)'],
    ],
    tests: [`${measure}/validity.test.ts`],
  },
  {
    faults: ['flattery'],
    without: 'the context limit among what tells curves apart',
    file: `${aggregator}/render/workload.ts`,
    edits: [["load.maxContextTokens === undefined ? 'no context limit'", "load.timeScale >= 0 ? 'no context limit'"]],
    tests: [`${aggregator}/render/report/content/group-runs.test.ts`],
  },
  {
    faults: ['flattery'],
    without: 'a look at warm-up requests that failed',
    file: `${measure}/sample-rules.ts`,
    edits: [
      [
        '[warmupFailed, shortWindow, fewRequests, fewPlays, contextLimit, unsteady]',
        '[shortWindow, fewRequests, fewPlays, contextLimit, unsteady]',
      ],
    ],
    tests: [`${measure}/validity.test.ts`],
  },
  {
    faults: ['flattery'],
    without: 'a look at how many plays the requests are of',
    file: `${measure}/sample-rules.ts`,
    edits: [
      [
        '[warmupFailed, shortWindow, fewRequests, fewPlays, contextLimit, unsteady]',
        '[warmupFailed, shortWindow, fewRequests, contextLimit, unsteady]',
      ],
    ],
    tests: [`${measure}/flattery.test.ts`],
  },
  {
    faults: ['flattery'],
    without: 'a look at what a context limit leaves out',
    file: `${measure}/sample-rules.ts`,
    edits: [
      [
        '[warmupFailed, shortWindow, fewRequests, fewPlays, contextLimit, unsteady]',
        '[warmupFailed, shortWindow, fewRequests, fewPlays, unsteady]',
      ],
    ],
    tests: [`${measure}/flattery.test.ts`],
  },
  {
    faults: ['flattery'],
    without: 'a look at whether the load was the same throughout',
    file: `${measure}/sample-rules.ts`,
    edits: [
      [
        '[warmupFailed, shortWindow, fewRequests, fewPlays, contextLimit, unsteady]',
        '[warmupFailed, shortWindow, fewRequests, fewPlays, contextLimit]',
      ],
    ],
    tests: [`${measure}/steadiness.test.ts`],
  },
  {
    faults: ['flattery'],
    without: 'the tokens that chunks without text have told of',
    file: 'packages/wire/src/chat-stream.ts',
    edits: [['this.#heldBack += told ?? 0', 'this.#heldBack = told ?? 0']],
    tests: ['packages/wire/src/chat-stream.test.ts'],
  },
]
