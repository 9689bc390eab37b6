import type { Arm, Entry } from '../config/config.ts'
import type { Job } from '../job/job.ts'
import type { Matrix } from '../read/read-matrix.ts'
import { concurrenciesOf } from './concurrencies.ts'
import { finishSweep, type Sweep } from './finish-sweep.ts'
import { checkFlags, type TestConfigFlags } from './flags.ts'
import { sequenceLengths } from './job-name.ts'
import { agenticJobs, fixedJobs } from './jobs-of-arm.ts'
import { labelOrNodes } from './runner-values.ts'
import { resolveKeys } from './select-entries.ts'

/** Ranges of named configurations always double. */
const stepSize = 2

/**
 * Every job of the named entries, in the order of the keys, without clamps.
 *
 * @throws FlagError for flags that exclude each other.
 * @throws ConfigError for a key that names nothing, and unless empty is allowed (or compat) if no job is left.
 */
export function expandTestConfig(matrix: Matrix, flags: TestConfigFlags): Sweep {
  checkFlags(flags, matrix.config.epoch, matrix.compat)
  const jobs = resolveKeys(matrix, flags.configKeys).flatMap((entry) => jobsOfEntry(matrix, entry, flags))
  return finishSweep({ matrix, jobs, flags, notes: [] })
}

function jobsOfEntry(matrix: Matrix, entry: Entry, flags: TestConfigFlags): Job[] {
  const runners = labelOrNodes(matrix, entry.runner, flags.runnerNodeFilter)
  if (runners.length === 0) return []
  const { conc = [], seqLens = [], scenarioTypes = [] } = flags
  const kept = (values: readonly number[]) => values.filter((value) => conc.length === 0 || conc.includes(value))
  const lengths = seqLens.map((name) => sequenceLengths[name]!)
  const isWanted = (input: number, output: number) =>
    lengths.length === 0 || lengths.some(([i, o]) => i === input && o === output)
  const wants = (scenario: 'fixed-seq-len' | 'agentic-coding') =>
    scenarioTypes.length === 0 || scenarioTypes.includes(scenario)
  const expansionOf = ({ concurrency }: Pick<Arm, 'concurrency'>) => ({
    matrix,
    entry,
    runners,
    concurrencies: kept(concurrenciesOf(concurrency, stepSize)),
  })
  const fixed = entry.fixed
    .filter(({ inputTokens, outputTokens }) => wants('fixed-seq-len') && isWanted(inputTokens, outputTokens))
    .flatMap((scenario) => scenario.arms.flatMap((arm) => fixedJobs(scenario, arm, expansionOf(arm))))
  const agentic = entry.agentic
    .filter(() => wants('agentic-coding'))
    .flatMap((scenario) => scenario.arms.flatMap((arm) => agenticJobs(scenario, arm, expansionOf(arm))))
  return [...fixed, ...agentic]
}
