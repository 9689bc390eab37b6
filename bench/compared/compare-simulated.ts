/** A process of bench:compare: simulates and compares what it is asked for on its standard input, and prints a line of JSON for each seed. */
import { text } from 'node:stream/consumers'
import { defaultEngine } from '@reprise/engine-sim/core'
import { compareSides, type RunComparison } from '@reprise/result-aggregator'
import { type Corpus, readCorpus, synthCorpus } from '@reprise/trace'
import type { PairedRun } from '../../packages/result-aggregator/src/comparison/compared-run.ts'
import { buildResult } from '../../packages/result-aggregator/src/measure/build-result.ts'
import { replayWindow } from '../held/replay-window.ts'
import { disturbedTarget } from './disturbed-target.ts'

export interface CompareTask {
  readonly lanes: number
  readonly minutes: number
  /** Of the step times of decode. */
  readonly slower: number
  readonly drift: number
  readonly seed: number
}

/** What a server beside itself, and one that is slower, were found to be: on the same plan, and on that of another seed. */
export interface ComparedSeed extends CompareTask {
  readonly found: Readonly<Record<ComparedAs, Finding>>
}
export const comparedAs = ['paired same', 'paired slower', 'unpaired same', 'unpaired slower'] as const
export type ComparedAs = (typeof comparedAs)[number]

export interface Finding {
  readonly verdict: RunComparison['verdict']
  /** Of each figure its value and its interval, as far as there are any. */
  readonly figures: Readonly<
    Record<
      string,
      { readonly value?: number; readonly low?: number; readonly high?: number; readonly certain?: boolean }
    >
  >
}

const keptFigures = [
  'output',
  'ttft.turns',
  'tpot.turns',
  'e2e.turns',
  'ttft.p50',
  'ttft.p90',
  'tpot.p50',
  'tpot.p90',
  'e2e.p50',
  'e2e.p90',
  'hit_rate',
]
/** Seeds of other plans lie so far from those of their own. */
const OTHERS = 1_000_000

if (import.meta.main) {
  const { traces, tasks } = JSON.parse(await text(process.stdin)) as { traces?: string; tasks: CompareTask[] }
  const corpus = traces === undefined ? synthCorpus({ seed: 42, traces: 355 }) : (await readCorpus(traces)).corpus
  for (const task of tasks) process.stdout.write(`${JSON.stringify(await compareSeed(corpus, task))}\n`)
}

async function compareSeed(corpus: Corpus, task: CompareTask): Promise<ComparedSeed> {
  const { seed, slower } = task
  const before = await simulate(corpus, task, { seed, day: 1, slower: 1 })
  const against = async (other: Parameters<typeof simulate>[2]) =>
    findingOf(before, await simulate(corpus, task, other))
  return {
    ...task,
    found: {
      'paired same': await against({ seed, day: 2, slower: 1 }),
      'paired slower': await against({ seed, day: 2, slower }),
      'unpaired same': await against({ seed: seed + OTHERS, day: 2, slower: 1 }),
      'unpaired slower': await against({ seed: seed + OTHERS, day: 2, slower }),
    },
  }
}

async function findingOf(a: PairedRun, b: PairedRun): Promise<Finding> {
  const { comparison } = await compareSides(
    { a: [a], b: [b] },
    { accepted: [], replayed: async (run) => run as PairedRun },
  )
  const figures = comparison.figures
    .filter(({ name }) => keptFigures.includes(name))
    .map(({ name, value, low, high, certain }) => [name, { value, low, high, certain }])
  return { verdict: comparison.verdict, figures: Object.fromEntries(figures) }
}

async function simulate(
  corpus: Corpus,
  { lanes, minutes, drift }: CompareTask,
  { seed, day, slower }: { readonly seed: number; readonly day: number; readonly slower: number },
): Promise<PairedRun> {
  const { stepTime, ...others } = defaultEngine()
  const { baseMs, decodeMsPerSequence, decodeMsPerThousandContext } = stepTime
  const slow = {
    baseMs: baseMs * slower,
    decodeMsPerSequence: decodeMsPerSequence * slower,
    decodeMsPerThousandContext: decodeMsPerThousandContext * slower,
  }
  const engine = { ...others, stepTime: { ...stepTime, ...slow } }
  const { header, plan, phases, records, ended } = await replayWindow(corpus, {
    ...{ lanes, minutes, seed, command: 'bench/compare.ts' },
    model: engine.model,
    maxContextTokens: engine.scheduler.maxModelLen,
    targetOn: (clock) => disturbedTarget(clock, engine, { seed: seed * 16 + day, drift }),
  })
  const name = `seed ${seed}, day ${day}`
  const result = buildResult({ header, records, phases, ended })
  return { name, result, replayed: { name, run: header, plan, phases, records } }
}
