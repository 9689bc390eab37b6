import type { Mutant } from './mutant.ts'

const trace = 'packages/trace/src'
const timeline = 'packages/result-aggregator/src/timeline'
const timelineTests = [`${timeline}/timeline-events.test.ts`]

/** What traces are said to hold and to be like, and how they are drawn over time. */
export const likenessMutants: readonly Mutant[] = [
  {
    faults: ['statistics'],
    without: 'one order for traces of one instant',
    file: `${trace}/recording/turns-in-time.ts`,
    edits: [['.toSorted((a, b) => (a.id < b.id ? -1 : 1))', '']],
    tests: [`${trace}/survey/survey-corpus.test.ts`],
    named: 'order of the traces|one instant',
  },
  {
    faults: ['statistics'],
    without: 'blocks that leave a working set',
    file: `${trace}/survey/working-set.ts`,
    edits: [['if (before >= 0) leaves[before]! += length', '']],
    tests: [`${trace}/survey/survey-corpus.test.ts`],
  },
  {
    faults: ['statistics'],
    without: 'asking for a prompt before it is kept',
    file: `${trace}/survey/cache-ceilings.ts`,
    edits: [['known[index] = seen.has(id)', 'known[index] = true']],
    tests: [`${trace}/survey/survey-corpus.test.ts`],
  },
  {
    faults: ['likeness'],
    without: 'stretching drawn lengths to the recorded ones',
    file: `${trace}/synth/synth-corpus.ts`,
    edits: [['const lengthOf = model && stretchOf(', 'const lengthOf = false && stretchOf(']],
    tests: [`${trace}/synth/fit-model.test.ts`],
    named: 'a generated one',
  },
  {
    faults: ['likeness'],
    without: 'the share of first prompts that others sent before',
    file: `${trace}/synth/fit-model.ts`,
    edits: [["corpus.blockScope === 'global' ? sharedStartOf(corpus) : undefined", 'undefined']],
    tests: [`${trace}/synth/fit-model.test.ts`],
    named: 'what others sent',
  },
  {
    faults: ['likeness'],
    without: 'a bound for what a model may ask for',
    file: `${trace}/synth/trace-model.ts`,
    edits: [
      ['Table.refine((knots) => knots.at(-1)![1] <= most', 'Table.refine((knots) => knots.at(-1)![1] <= 1e14 * most'],
    ],
    tests: [`${trace}/synth/fit-model.test.ts`],
    named: 'no memory holds',
  },
  {
    faults: ['likeness'],
    without: 'the lower side of a share',
    file: `${trace}/compare/compare-values.ts`,
    edits: [
      ['ks = Math.max(ks, Math.abs(i / a.length - j / b.length))', 'ks = Math.max(ks, i / a.length - j / b.length)'],
    ],
    tests: [`${trace}/compare/compare-values.test.ts`],
  },
  {
    faults: ['timeline'],
    without: 'tracks for a session that overlaps itself',
    file: `${timeline}/lanes.ts`,
    edits: [['(end) => end <= ts', '() => true']],
    tests: timelineTests,
  },
  {
    faults: ['timeline'],
    without: 'keeping a stage inside its request',
    file: `${timeline}/timeline-events.ts`,
    edits: [['Math.min(ts + dur, times.ts + times.dur)', 'times.ts + times.dur']],
    tests: timelineTests,
  },
  {
    faults: ['timeline'],
    without: 'dropping arrows that would arrive before they leave',
    file: `${timeline}/flows.ts`,
    edits: [['if (ts > to.ts) return', '']],
    tests: timelineTests,
  },
  {
    faults: ['timeline'],
    without: 'one value of a counter for an instant',
    file: `${timeline}/timeline-events.ts`,
    edits: [['if (item.ts > this.#ts) yield* this.#show()', 'yield* this.#show()']],
    tests: timelineTests,
  },
]
