import { FlagError, type Problem, quoted } from '@reprise/config-file'
import type { Epoch } from '../epoch/epoch.ts'
import { sequenceLengths } from './job-name.ts'

export type ScenarioType = 'fixed-seq-len' | 'agentic-coding'

export const scenarioTypes = ['fixed-seq-len', 'agentic-coding'] as const satisfies readonly ScenarioType[]

/** Flags of every expansion; names are InferenceX's in camel case. */
export interface CommonFlags {
  /** Leave evaluations out. */
  readonly noEvals?: boolean
  /** Only the jobs that evaluate. */
  readonly evalsOnly?: boolean
  /** August: evaluate every job that can be; only those are given. */
  readonly allEvals?: boolean
  /** Expand to the single runners whose name holds this text. */
  readonly runnerNodeFilter?: string
  readonly scenarioTypes?: readonly ScenarioType[]
  /** Finding nothing is fine; otherwise it is an error, but under compat. */
  readonly allowEmpty?: boolean
}

/** Which entries, by what they are. */
export interface EntryFilter {
  readonly modelPrefixes?: readonly string[]
  readonly precisions?: readonly string[]
  readonly frameworks?: readonly string[]
  /** Neither, or both, means both. */
  readonly singleNode?: boolean
  readonly multiNode?: boolean
}

export interface FullSweepFlags extends CommonFlags, EntryFilter {
  readonly runnerTypes?: readonly string[]
  readonly seqLens?: readonly string[]
  /** Default 2. */
  readonly stepSize?: number
  readonly minConc?: number
  readonly maxConc?: number
  readonly maxTp?: number
  readonly maxEp?: number
}

export interface TestConfigFlags extends CommonFlags {
  /** Config keys, or patterns with `*`, `?` and `[...]`. */
  readonly configKeys: readonly string[]
  /** Keep only these concurrencies. */
  readonly conc?: readonly number[]
  readonly seqLens?: readonly string[]
}

export interface RunnerModelSweepFlags extends CommonFlags, EntryFilter {
  readonly runnerType: string
  /** Instead of the lowest concurrency of each configuration. */
  readonly conc?: number
}

/** What the flags of one command have in common, for `checkFlags`. */
export interface CheckableFlags extends CommonFlags {
  readonly seqLens?: readonly string[]
  readonly conc?: number | readonly number[]
  readonly stepSize?: number
  readonly minConc?: number
  readonly maxConc?: number
  readonly maxTp?: number
  readonly maxEp?: number
}

/**
 * Refuses flags that exclude each other or ask for nothing. Under compat only what InferenceX's argument parser refuses: it
 * takes limits of zero and below, which silently give nothing, and April's a minimum above the maximum.
 *
 * @throws FlagError with every problem.
 */
export function checkFlags(flags: CheckableFlags, epoch: Epoch, compat: boolean): void {
  const problems: Problem[] = []
  const refuse = (code: string, message: string, cure: string) =>
    problems.push({ severity: 'error', code, message, cure })
  if (flags.noEvals && flags.evalsOnly)
    refuse('flags-exclude', '--no-evals and --evals-only are both given', 'keep one')
  if (flags.noEvals && flags.allEvals) refuse('flags-exclude', '--no-evals and --all-evals are both given', 'keep one')
  if (flags.allEvals && epoch === 'apr2026') {
    refuse('flag-epoch', '--all-evals is of August 2026, the files are of April', 'write --evals-only')
  }
  const { stepSize = 2, minConc, maxConc } = flags
  if (!Number.isSafeInteger(stepSize) || stepSize <= 1) {
    refuse('step-size', `--step-size ${quoted(stepSize)} gives no rising series`, 'write at least 2')
  }
  if (minConc !== undefined && maxConc !== undefined && minConc > maxConc && (!compat || epoch === 'aug2026')) {
    refuse('conc-bounds', `--min-conc ${minConc} is above --max-conc ${maxConc}`, 'exchange them')
  }
  for (const name of flags.seqLens ?? []) {
    if (Object.hasOwn(sequenceLengths, name)) continue
    refuse('seq-lens', `--seq-lens ${quoted(name)} is unknown`, `write ${Object.keys(sequenceLengths).join(' or ')}`)
  }
  if (!compat) checkPositive(flags, refuse)
  if (problems.length > 0) throw new FlagError(problems)
}

function checkPositive(flags: CheckableFlags, refuse: (code: string, message: string, cure: string) => void): void {
  const limits = [
    ...[flags.conc ?? []].flat().map((conc) => ['--conc', conc] as const),
    ['--min-conc', flags.minConc],
    ['--max-conc', flags.maxConc],
    ['--max-tp', flags.maxTp],
    ['--max-ep', flags.maxEp],
  ] as const
  for (const [name, value] of limits) {
    if (value === undefined || value > 0) continue
    refuse('limit-not-positive', `${name} ${value} leaves nothing`, 'write a number from 1, or leave it out')
  }
}
