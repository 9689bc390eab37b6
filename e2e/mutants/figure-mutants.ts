import type { Mutant } from './mutant.ts'

const aggregator = 'packages/result-aggregator/src'
const measure = `${aggregator}/measure`
const exported = `${aggregator}/export`

/** What figures of jobs, objectives and parts leave out or count in, and what exports say. */
export const figureMutants: readonly Mutant[] = [
  {
    faults: ['figures'],
    without: 'counting jobs under way at the end as lasting until then',
    file: `${measure}/jobs.ts`,
    edits: [["if (end === 'unfinished') unendedMs.push(Math.max(0, endMs - tally.firstDueMs))", '']],
    tests: [`${measure}/jobs.test.ts`],
  },
  {
    faults: ['figures'],
    without: 'telling a job with failed turns from a completed one',
    file: `${measure}/jobs.ts`,
    edits: [["return tally.failed > 0 ? 'completedWithFailures' : 'completed'", "return 'completed'"]],
    tests: [`${measure}/jobs.test.ts`],
  },
  {
    faults: ['figures'],
    without: 'leaving ends after the window out of the jobs of an hour',
    file: `${measure}/jobs.ts`,
    edits: [['if (!hasAll || !this.#holds(tally.lastDoneMs)) return', 'if (!hasAll) return']],
    tests: [`${measure}/jobs.test.ts`],
  },
  {
    faults: ['figures'],
    without: 'keeping what was cut off at the instant of an end among those that last',
    file: `${measure}/survival.ts`,
    edits: [['cuts[cut]! < atMs', 'cuts[cut]! <= atMs']],
    tests: [`${measure}/survival.test.ts`],
  },
  {
    faults: ['goodput'],
    without: 'counting failures as broken objectives',
    file: `${measure}/goodput.ts`,
    edits: [["if (kind !== 'ok') {\n      this.#bad += 1", "if (kind !== 'ok') {"]],
    tests: [`${measure}/goodput.test.ts`],
  },
  {
    faults: ['goodput'],
    without: 'leaving a reply without a pace out of what is judged by its pace',
    file: `${measure}/goodput.ts`,
    edits: [['return ms === undefined ? undefined : ms <= bound', 'return ms === undefined || ms <= bound']],
    tests: [`${measure}/goodput.test.ts`],
  },
  {
    faults: ['goodput'],
    without: 'building a saved result by the objectives that it names',
    file: `${aggregator}/run-folder/saved-result-problem.ts`,
    edits: [['told: toldFactsOf(saved), ...objectivesOf(saved) }', 'told: toldFactsOf(saved) }']],
    tests: [`${aggregator}/run-folder/build-run.test.ts`],
  },
  {
    faults: ['figures'],
    without: 'taking the first of a shape by when they were sent',
    file: `${measure}/cold-starts.ts`,
    edits: [['shape.first.sort((a, b) => a.sentMs - b.sentMs || (a.id < b.id ? -1 : 1))', '']],
    tests: [`${measure}/cold-starts.test.ts`],
  },
  {
    faults: ['figures'],
    without: 'counting what the end cut off behind what is known of a part',
    file: `${measure}/part.ts`,
    edits: [['quantile(sorted, p, cutOff)!', 'quantile(sorted, p)!']],
    tests: [`${measure}/breakdown.test.ts`],
  },
  {
    faults: ['figures'],
    without: 'counting a seed that was run twice once',
    file: `${aggregator}/render/repeats.ts`,
    edits: [['[[...bySeed.values()].map(([first]) => first!)]', '[same]']],
    tests: [`${aggregator}/render/repeats.test.ts`],
  },
  {
    faults: ['figures'],
    without: 'drawing repeats as one place of a curve',
    file: `${aggregator}/render/report/content/marks-of.ts`,
    edits: [['seeds.size === same.length ? [markOf(same)] : ', '']],
    tests: [`${aggregator}/render/report/content/marks-of.test.ts`],
  },
  {
    faults: ['figures'],
    without: 'parting the curves of a point that two folders measured',
    file: `${aggregator}/render/report/content/part-by-folder.ts`,
    edits: [
      [
        'if (!repeatsPoint(runs) || runs.some(({ way }) => way === undefined)) return together',
        'if (runs.length > 0) return together',
      ],
    ],
    tests: [`${aggregator}/render/report/content/group-runs.test.ts`],
  },
  {
    faults: ['figures'],
    without: 'keeping what a run was told when it began',
    file: `${aggregator}/result/tell-result.ts`,
    edits: [["return name === 'label' || identity[name] === undefined", 'return true']],
    tests: [`${aggregator}/result/tell-result.test.ts`],
  },
  {
    faults: ['figures'],
    without: 'ending a curve where it would touch what was cut off',
    file: `${aggregator}/render/report/content/quantile-curves.ts`,
    edits: [['values: curveOf(sorted, cutOff)', 'values: curveOf(sorted, 0)']],
    tests: [`${aggregator}/render/report/content/quantile-curves.test.ts`],
  },
  {
    faults: ['exports'],
    without: 'leaving out requests that nobody tried',
    file: `${exported}/aiperf/profile-lines.ts`,
    edits: [['const sentMs = dispatchedMs(record)', 'const sentMs = dispatchedMs(record) ?? record.dueMs']],
    tests: [`${exported}/aiperf/profile-lines.test.ts`],
  },
  {
    faults: ['exports'],
    without: 'whole nanoseconds beyond what a double holds',
    file: `${exported}/aiperf/epoch.ts`,
    edits: [['return epochNs + BigInt(Math.round(ms * 1e6))', 'return BigInt(Number(epochNs) + Math.round(ms * 1e6))']],
    tests: [`${exported}/aiperf/profile-lines.test.ts`],
  },
  {
    faults: ['exports'],
    without: 'refusing to tell fixed lengths as sessions of agents',
    file: `${aggregator}/export-folder/write-exports.ts`,
    edits: [['refuseOtherScenario(folder, run, { as, shape })', '']],
    tests: [`${aggregator}/export-folder/write-exports.test.ts`],
  },
  {
    faults: ['exports'],
    without: 'leaving out requests that a break cut short and that were sent again',
    file: `${aggregator}/export-folder/exported-run-of.ts`,
    edits: [['if (!cut.has(record)) yield', 'yield']],
    tests: [`${aggregator}/run-folder/resumed-run.test.ts`],
  },
  {
    faults: ['exports'],
    without: 'keeping words of others in their labels',
    file: `${exported}/openmetrics/render-families.ts`,
    edits: [[".replaceAll('\"', '\\\\\"')", '']],
    tests: [`${exported}/openmetrics/render-families.test.ts`],
  },
]
