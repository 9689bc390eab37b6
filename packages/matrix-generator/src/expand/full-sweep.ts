import { ConfigError, type Problem, quoted } from '@reprise/config-file'
import { printable } from '@reprise/safe-text'
import type { AgenticArm, Arm, Entry } from '../config/config.ts'
import type { Job } from '../job/job.ts'
import type { Matrix } from '../read/read-matrix.ts'
import {
  type ConcurrencyLimits,
  clampConcurrency,
  clampList,
  concurrenciesOf,
  filterConcurrency,
} from './concurrencies.ts'
import { finishSweep, type Sweep } from './finish-sweep.ts'
import { checkFlags, type FullSweepFlags } from './flags.ts'
import { sequenceLengths } from './job-name.ts'
import { agenticJobs, fixedJobs, upstreamCrash } from './jobs-of-arm.ts'
import { nodesBehind } from './runner-values.ts'
import { filterEntries, prefixNotes, wantsNodes } from './select-entries.ts'

/**
 * Every job of the entries that pass the filters, in file order: for each entry its fixed-length scenarios, then the agentic ones.
 *
 * @throws FlagError for flags that exclude each other or leave nothing.
 * @throws ConfigError for an unknown runner type, and unless empty is allowed (or compat) if no job is left.
 */
export function expandFullSweep(matrix: Matrix, flags: FullSweepFlags): Sweep {
  checkFlags(flags, matrix.config.epoch, matrix.compat)
  checkRunnerTypes(matrix, flags.runnerTypes)
  const { runnerTypes = [] } = flags
  const entries = filterEntries(matrix, flags).filter(
    ({ runner }) => runnerTypes.length === 0 || runnerTypes.includes(runner),
  )
  const jobs = entries.flatMap((entry) => jobsOfEntry(matrix, entry, flags))
  return finishSweep({
    matrix,
    jobs,
    flags,
    notes: [...prefixNotes(matrix, flags.modelPrefixes), ...agenticNotes(jobs, flags)],
  })
}

function jobsOfEntry(matrix: Matrix, entry: Entry, flags: FullSweepFlags): Job[] {
  const runners = nodesBehind(matrix, entry.runner, flags.runnerNodeFilter)
  if (runners.length === 0) return []
  const wants = (scenario: 'fixed-seq-len' | 'agentic-coding') =>
    flags.scenarioTypes === undefined || flags.scenarioTypes.length === 0 || flags.scenarioTypes.includes(scenario)
  const isWantedKind = wantsNodes(flags, entry.multiNode)
  const fixed = wants('fixed-seq-len') && isWantedKind ? fixedOfEntry(matrix, entry, flags, runners) : []
  // April's generator forgets --single-node and --multi-node for agentic rows.
  const isAgenticKind = isWantedKind || (matrix.compat && matrix.config.epoch === 'apr2026')
  const agentic = wants('agentic-coding') && isAgenticKind ? agenticOfEntry(matrix, entry, flags, runners) : []
  return [...fixed, ...agentic]
}

function fixedOfEntry(matrix: Matrix, entry: Entry, flags: FullSweepFlags, runners: readonly string[]): Job[] {
  const { seqLens = [], maxEp } = flags
  const lengths = seqLens.map((name) => sequenceLengths[name]!)
  const scenarios = entry.fixed.filter(
    ({ inputTokens, outputTokens }) =>
      lengths.length === 0 || lengths.some(([input, output]) => input === inputTokens && output === outputTokens),
  )
  return scenarios.flatMap((scenario) =>
    scenario.arms.flatMap((arm) => {
      const concurrencies = fixedConcurrencies(matrix, entry, arm, flags)
      return fixedJobs(scenario, arm, { matrix, entry, runners, concurrencies, ...(maxEp !== undefined && { maxEp }) })
    }),
  )
}

function fixedConcurrencies(matrix: Matrix, entry: Entry, arm: Arm, flags: FullSweepFlags): number[] {
  const { stepSize = 2, maxTp, maxEp } = flags
  if (entry.multiNode) return clampList(concurrenciesOf(arm.concurrency, stepSize), limitsOf(flags))
  if (matrix.compat && matrix.config.epoch === 'apr2026' && arm.concurrency.kind === 'list') {
    throw upstreamCrash(arm, matrix, 'conc-start')
  }
  if ((maxTp ?? 1) <= 0 || (maxEp ?? 1) <= 0 || isTooWide(arm, maxTp)) return []
  return clampConcurrency(arm.concurrency, stepSize, limitsOf(flags))
}

function agenticOfEntry(matrix: Matrix, entry: Entry, flags: FullSweepFlags, runners: readonly string[]): Job[] {
  const { stepSize = 2, maxTp, maxEp } = flags
  return entry.agentic.flatMap((scenario) =>
    scenario.arms.flatMap((arm: AgenticArm) => {
      const concurrencies = filterConcurrency(concurrenciesOf(arm.concurrency, stepSize), limitsOf(flags))
      // InferenceX ignores --max-tp and --max-ep here, so that a sweep for a small machine asks for large ones.
      if (matrix.compat) return agenticJobs(scenario, arm, { matrix, entry, runners, concurrencies })
      if (isTooWide(arm, maxTp)) return []
      return agenticJobs(scenario, arm, {
        matrix,
        entry,
        runners,
        concurrencies,
        ...(maxEp !== undefined && { maxEp }),
      })
    }),
  )
}

function isTooWide({ topology }: Arm, maxTp: number | undefined): boolean {
  return topology.kind === 'single' && maxTp !== undefined && topology.tp > maxTp
}

function limitsOf({ minConc, maxConc }: FullSweepFlags): ConcurrencyLimits {
  return { ...(minConc !== undefined && { min: minConc }), ...(maxConc !== undefined && { max: maxConc }) }
}

function checkRunnerTypes(matrix: Matrix, types: readonly string[] = []): void {
  const known = [...matrix.runners.labels.keys()]
  const problems = types
    .filter((type) => !matrix.runners.labels.has(type))
    .map((type): Problem => {
      const cure = `runners.yaml has ${printable(known.join(', '), 400)}`
      return { severity: 'error', code: 'unknown-runner-type', message: `no runner label is ${quoted(type)}`, cure }
    })
  if (problems.length > 0) throw new ConfigError(problems)
}

function agenticNotes(jobs: readonly Job[], { seqLens = [] }: FullSweepFlags): Problem[] {
  if (seqLens.length === 0 || !jobs.some(({ scenario }) => scenario.kind === 'agentic-coding')) return []
  const message = 'agentic jobs have no sequence length, so --seq-lens does not filter them'
  return [{ severity: 'note', code: 'seq-lens', message, cure: 'add --scenario-type fixed-seq-len to leave them out' }]
}
