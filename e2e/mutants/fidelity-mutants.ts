import type { Mutant } from './mutant.ts'

const fidelity = 'packages/result-aggregator/src/fidelity'
const planted = [`${fidelity}/planted-faults.test.ts`]
const compared = [`${fidelity}/compare-capture.test.ts`]
const runs = [`${fidelity}/compare-runs.test.ts`]

/** What a run that was not the workload that it was to be is known by. */
export const fidelityMutants: readonly Mutant[] = [
  {
    faults: ['fidelity'],
    without: 'looking for turns that were not sent',
    file: `${fidelity}/count-findings.ts`,
    edits: [['const gone = own.filter((each) => !wasSent(each, replayed))', 'const gone = own.filter(() => false)']],
    tests: planted,
  },
  {
    faults: ['fidelity'],
    without: 'telling a session that is missing as a whole from its turns',
    file: `${fidelity}/count-findings.ts`,
    edits: [['own.length > 0 && gone.length === own.length', 'false']],
    tests: planted,
  },
  {
    faults: ['fidelity'],
    without: 'counting how often a play sends a turn',
    file: `${fidelity}/count-findings.ts`,
    edits: [['if (again.length > 1)', 'if (again.length > 2)']],
    tests: planted,
  },
  {
    faults: ['fidelity'],
    without: 'asking whether what a request waits for had ended',
    file: `${fidelity}/count-findings.ts`,
    edits: [['if (leftMs < metMs - slackMs)', 'if (leftMs < metMs - 1e9)']],
    tests: planted,
  },
  {
    faults: ['fidelity'],
    without: 'looking for requests that nobody captured',
    file: `${fidelity}/count-findings.ts`,
    edits: [['.filter((record) => !turns.has(turnKey(record)))', '.filter(() => false)']],
    tests: compared,
  },
  {
    faults: ['fidelity'],
    without: 'holding reported lengths against captured ones',
    file: `${fidelity}/length-findings.ts`,
    edits: [['.filter(({ wanted, told }) => wanted !== told)', '.filter(({ wanted, told }) => wanted < told)']],
    tests: planted,
  },
  {
    faults: ['fidelity'],
    without: 'holding what was planned against what was captured',
    file: `${fidelity}/length-findings.ts`,
    edits: [['wanted === undefined || wanted === of.planned[length]', 'true']],
    tests: compared,
  },
  {
    faults: ['fidelity'],
    without: 'the time from due to sent',
    file: `${fidelity}/time-findings.ts`,
    edits: [['const byMs = dispatchDelay(pair.record)', 'const byMs = dispatchDelay(pair.record) && 0']],
    tests: planted,
  },
  {
    faults: ['fidelity'],
    without: 'telling a shifted clock from drift',
    file: `${fidelity}/time-findings.ts`,
    edits: [['difference(pair, byMs - shiftMs)', 'difference(pair, byMs)']],
    tests: planted,
  },
  {
    faults: ['fidelity'],
    without: 'drift',
    file: `${fidelity}/time-findings.ts`,
    edits: [['difference(pair, byMs - shiftMs)', 'difference(pair, 0 * byMs)']],
    tests: compared,
  },
  {
    faults: ['fidelity'],
    without: 'holding measured reuse against the ideal',
    file: `${fidelity}/reuse-findings.ts`,
    edits: [['value: Math.abs(found - wanted)', 'value: 0']],
    tests: planted,
  },
  {
    faults: ['fidelity'],
    without: 'conditions that bar a check',
    file: `${fidelity}/judge-fidelity.ts`,
    edits: [["state === 'differs' && bars.includes(name)", 'state !== state && bars.includes(name)']],
    tests: planted,
  },
  {
    faults: ['fidelity'],
    without: 'a verdict of its own for what cannot be compared',
    file: `${fidelity}/judge-fidelity.ts`,
    edits: [["open.length > 0 ? 'not comparable' : 'faithful'", "'faithful'"]],
    tests: planted,
  },
  {
    faults: ['fidelity'],
    without: 'the model as a condition',
    file: `${fidelity}/conditions.ts`,
    edits: [["condition('model', modelsOf(corpus),", "condition('model', undefined,"]],
    tests: planted,
  },
  {
    faults: ['fidelity'],
    without: 'the scale of recorded time',
    file: `${fidelity}/time-findings.ts`,
    edits: [['return originMs + startMs * timeScale', 'return originMs + startMs']],
    tests: compared,
  },
  {
    faults: ['fidelity'],
    without: 'a share of what the other run took',
    file: `${fidelity}/paired-errors.ts`,
    edits: [['by: after / before - 1', 'by: after - before']],
    tests: runs,
  },
  {
    faults: ['fidelity'],
    without: 'looking for the session that stands for one of another name',
    file: `${fidelity}/aligned-capture.ts`,
    edits: [
      [
        'const shaped = pairedBy(named.as, named.bs, shapeOf)',
        'const shaped = { ...named, pairs: [] as typeof named.pairs, as: [], bs: [] }',
      ],
    ],
    tests: [`${fidelity}/compare-captures.test.ts`],
    named: 'by other names',
  },
  {
    faults: ['fidelity'],
    without: 'one block of the other capture for each block',
    file: `${fidelity}/compare-captures.ts`,
    edits: [['return toB.get(one) === other && toA.get(other) === one', 'return true']],
    tests: [`${fidelity}/compare-captures.test.ts`],
    named: 'shared otherwise',
  },
  {
    faults: ['fidelity'],
    without: 'laying the clocks of two captures over one another',
    file: `${fidelity}/compare-captures.ts`,
    edits: [['by: shifts[index]! - clockShiftMs', 'by: shifts[index]!']],
    tests: [`${fidelity}/compare-captures.test.ts`],
    named: 'first request that came late',
  },
]
