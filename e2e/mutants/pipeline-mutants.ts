import type { Mutant } from './mutant.ts'

const plan = 'packages/matrix-generator/src/plan'
const workflows = '.github/workflows'
const gate = ['e2e/workflows/gate.test.ts']

/** What a sweep takes over, what it may cost, who may ask for it, and what it publishes. */
export const pipelineMutants: readonly Mutant[] = [
  {
    faults: ['pipeline-reuse'],
    without: 'comparing the recipe of a point that is reused',
    file: `${plan}/reuse.ts`,
    edits: [
      ['if (job.fingerprint === undefined || job.fingerprint !== point.fingerprint)', 'if (job.fingerprint === "x")'],
    ],
    tests: [`${plan}/reuse.test.ts`],
  },
  {
    faults: ['pipeline-reuse'],
    without: 'comparing its image',
    file: `${plan}/reuse.ts`,
    edits: [["if (wanted !== point.imageDigest) return 'its image is another one by now'", '']],
    tests: [`${plan}/reuse.test.ts`],
  },
  {
    faults: ['pipeline-reuse'],
    without: 'an age at which it is measured again',
    file: `${plan}/reuse.ts`,
    edits: [['if (!(ageDays >= 0 && ageDays <= terms.maxAgeDays))', 'if (Number.isNaN(ageDays))']],
    tests: [`${plan}/reuse.test.ts`],
  },
  {
    faults: ['pipeline-reuse'],
    without: 'looking whether the files that came are of the job that is reused',
    file: 'packages/result-aggregator/src/sweep/collect-sweep.ts',
    edits: [
      ['said.fingerprint !== undefined && said.fingerprint === job.fingerprint', 'said.fingerprint !== undefined'],
    ],
    tests: ['packages/result-aggregator/src/sweep/collect-sweep.test.ts'],
    named: 'taken over',
  },
  {
    faults: ['pipeline-budget'],
    without: 'a budget',
    file: `${plan}/budget.ts`,
    edits: [['if (gpuHours <= budget ||', 'if (gpuHours >= 0 ||']],
    tests: [`${plan}/budget.test.ts`],
  },
  {
    faults: ['pipeline-fleet'],
    without: 'a limit to what a fleet takes at once',
    file: `${plan}/shard-sweep.ts`,
    edits: [['maxParallel: Math.min(share, rows.length)', 'maxParallel: rows.length']],
    tests: [`${plan}/shard-sweep.test.ts`],
  },
  {
    faults: ['pipeline-first-push'],
    without: 'knowing the commit before the first',
    file: 'packages/matrix-generator/src/source/git.ts',
    edits: [['return /^0{40}(?:0{24})?$/.test(ref)', "return ref === ''"]],
    tests: ['packages/matrix-generator/src/source/git.test.ts'],
  },
  {
    faults: ['pipeline-outside'],
    without: 'reading the pull request of a fork again',
    file: `${workflows}/outside-sweep.yml`,
    edits: [['if [ "$now" != "$WANTED" ]; then', 'if false; then']],
    tests: gate,
  },
  {
    faults: ['pipeline-outside'],
    without: 'asking what whoever put the label on may do',
    file: `${workflows}/outside-sweep.yml`,
    edits: [['if [ "$may" != admin ] && [ "$may" != write ]; then', 'if false; then']],
    tests: gate,
  },
  {
    faults: ['pipeline-outside'],
    without: 'reading it once more before its sweep is planned',
    file: `${workflows}/e2e-tests.yml`,
    edits: [['if [ "$now" != "open false $REF" ]; then', 'if false; then']],
    tests: gate,
  },
  {
    faults: ['pipeline-outside'],
    without: 'leaving pull requests of this repository to their own workflow',
    file: `${workflows}/outside-sweep.yml`,
    edits: [['head.repo.full_name != github.repository', "head.repo.full_name != 'x'"]],
    tests: ['e2e/workflows/security.test.ts'],
    named: 'control plane starts',
  },
  {
    faults: ['pipeline-cancel'],
    without: 'waiting for whoever looks at who asks before a sweep is stopped',
    file: `${workflows}/run-sweep.yml`,
    edits: [['    needs: may-stop\n', '']],
    tests: ['e2e/workflows/rules.test.ts'],
  },
  {
    faults: ['pipeline-secrets'],
    without: 'writing a file anew without its secrets',
    file: 'actions/src/redact-secrets.ts',
    edits: [['if (redaction.found > 0) await rename(part, file)', '']],
    tests: ['actions/src/redact-secrets.test.ts'],
  },
  {
    faults: ['pipeline-secrets'],
    without: 'keeping what a secret may begin with until more has come',
    file: 'actions/src/redact-secrets.ts',
    edits: [
      [
        'this.#take(Buffer.concat([this.#rest, chunk]), this.#kept)',
        'this.#take(Buffer.concat([this.#rest, chunk]), 0)',
      ],
    ],
    tests: ['actions/src/redact-secrets.test.ts'],
  },
  {
    faults: ['pipeline-compare'],
    without: 'looking whether two points did the same work',
    file: 'packages/result-aggregator/src/render/collection/render-comparison.ts',
    edits: [['if (!isSameWork || before === undefined', 'if (before === undefined']],
    tests: ['packages/result-aggregator/src/render/collection/render-comparison.test.ts'],
  },
  {
    faults: ['pipeline-compare'],
    without: 'leaving apart points of which several could be meant',
    file: 'packages/result-aggregator/src/comparison/compare-sweeps.ts',
    edits: [['if (others.length === 0 && more.length === 0) partners', 'partners']],
    tests: ['packages/result-aggregator/src/comparison/compare-sweeps.test.ts'],
  },
]
