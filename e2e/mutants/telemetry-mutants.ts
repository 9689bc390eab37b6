import type { Mutant } from './mutant.ts'

const sampler = 'packages/telemetry/src/sampler'
const server = 'packages/result-aggregator/src/measure/server'
const power = 'packages/result-aggregator/src/measure/power'
const samplerTests = [`${sampler}/server-sampler.test.ts`]
const serverTests = [`${server}/server-measure.test.ts`]
const powerTests = [`${power}/power-measure.test.ts`]

/** What keeps a server's own figures right, and the run from waiting for them. */
export const telemetryMutants: readonly Mutant[] = [
  {
    faults: ['metrics-stalled'],
    without: 'a time limit for a page',
    file: `${sampler}/scrape-page.ts`,
    edits: [['      timeoutMs,\n    )', '      1e9,\n    )']],
    tests: samplerTests,
    named: 'a source that stalls',
  },
  {
    faults: ['metrics-endless'],
    without: 'a bound for a page',
    file: `${sampler}/scrape-page.ts`,
    edits: [['if (bytes > maxPageBytes)', 'if (bytes > 1e12)']],
    tests: samplerTests,
    named: 'a page without end',
  },
  {
    faults: ['metrics-failing'],
    without: 'leaving alone who fails again and again',
    file: `${sampler}/source-sampler.ts`,
    edits: [['if (this.#failures < failuresBeforeRest) return', 'if (this.#failures > 0) return']],
    tests: samplerTests,
    named: 'one that fails again and again',
  },
  {
    faults: ['metrics-file-full'],
    without: 'a bound for the file',
    file: `${sampler}/server-sampler.ts`,
    edits: [
      ['if (!this.#isFull) for (const source', 'for (const source'],
      ['    if (this.#isFull && !(', '    if (false && !('],
    ],
    tests: samplerTests,
    named: 'a file that has reached its bound',
  },
  {
    faults: ['metrics-at-the-end'],
    without: 'a limit to the patience at the end of a run',
    file: `${sampler}/server-sampler.ts`,
    edits: [['setTimeout(() => this.#stop.abort(), patienceMs)', 'setTimeout(() => {}, patienceMs)']],
    tests: ['packages/cli/src/run/server-metrics.test.ts'],
    named: 'a run that ends does not wait',
  },
  {
    faults: ['metrics-counter-reset'],
    without: 'seeing a counter begin anew',
    file: `${server}/counted-series.ts`,
    edits: [['const isReset = value < this.#last', 'const isReset = false']],
    tests: serverTests,
    named: 'one that falls',
  },
  {
    faults: ['metrics-attempts'],
    without: 'a first value for each attempt',
    file: `${server}/source-measure.ts`,
    edits: [['this.#pages = new SourcePages()\n    this.#isFirst = true', 'this.#pages = new SourcePages()']],
    tests: serverTests,
    named: 'between two attempts',
  },
  {
    faults: ['metrics-ranks'],
    without: 'taking the ranks of an engine for one',
    file: 'packages/telemetry/src/engines/series-roles.ts',
    edits: [["new Set(['tp_rank', 'pp_rank', 'moe_ep_rank'])", 'new Set<string>()']],
    tests: serverTests,
    named: 'ranks of one engine',
  },
  {
    faults: ['metrics-one-process-twice'],
    without: 'knowing a process behind another address',
    file: `${server}/server-measure.ts`,
    edits: [['return print === undefined ? source : all.find', 'return print !== undefined ? source : all.find']],
    tests: serverTests,
    named: 'a process behind two addresses',
  },
  {
    faults: ['metrics-front-and-engine'],
    without: 'hearing the engine instead of who stands in front of it',
    file: `${server}/server-measure.ts`,
    edits: [['return engines.length > 0 ? engines : telling', 'return telling']],
    tests: serverTests,
    named: 'the one in front of it',
  },
  {
    faults: ['power-gap'],
    without: 'refusing a gap between readings',
    file: `${power}/device-energy.ts`,
    edits: [['if (gapMs > longestGapMs)', 'if (gapMs > 1e12)']],
    tests: powerTests,
    named: 'a gap',
  },
  {
    faults: ['power-other-devices'],
    without: 'counting the devices that were measured',
    file: `${power}/power-measure.ts`,
    edits: [['gpus !== undefined && gpus !== devices.length', 'gpus !== undefined && devices.length === 0']],
    tests: powerTests,
    named: 'other devices than serve',
  },
]
