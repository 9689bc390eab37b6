import { ConfigError, FlagError, quoted } from '@reprise/config-file'
import { printable } from '@reprise/safe-text'
import type { Arm, Entry, FixedScenario } from '../config/config.ts'
import type { Job } from '../job/job.ts'
import type { Matrix } from '../read/read-matrix.ts'
import { concurrenciesOf } from './concurrencies.ts'
import { finishSweep, type Sweep } from './finish-sweep.ts'
import { checkFlags, type RunnerModelSweepFlags } from './flags.ts'
import { fixedJobs } from './jobs-of-arm.ts'
import { filterEntries, wantsNodes } from './select-entries.ts'

/** Input and output length that every runner is tried with, and the room the engine gets for them. Tokens. */
const trialTokens = 1024
const trialMaxModelTokens = 2048

/**
 * One small job per runner behind a label for every fixed-length configuration of that label: does each machine run each model?
 *
 * @throws FlagError under compat for August, whose generator lost this command; without, for scenario types that leave nothing to try.
 * @throws ConfigError for an unknown runner type or a node filter without a match, and unless empty is allowed (or compat) if no
 *   job is left.
 */
export function expandRunnerModelSweep(matrix: Matrix, flags: RunnerModelSweepFlags): Sweep {
  if (matrix.compat && matrix.config.epoch === 'aug2026') {
    const message = 'August 2026 has no runner-model-sweep'
    throw new FlagError([{ severity: 'error', code: 'flag-epoch', message, cure: 'leave --compat out' }])
  }
  const { scenarioTypes = ['fixed-seq-len'] } = flags
  if (!matrix.compat && !scenarioTypes.includes('fixed-seq-len')) {
    const message = 'runner-model-sweep tries fixed-length jobs only, and --scenario-type leaves them out'
    throw new FlagError([{ severity: 'error', code: 'scenario-type', message, cure: 'leave --scenario-type out' }])
  }
  checkFlags(flags, matrix.config.epoch, matrix.compat)
  const runners = runnersOf(matrix, flags)
  const entries = filterEntries(matrix, flags).filter(
    (entry) => entry.runner === flags.runnerType && wantsNodes(flags, entry.multiNode),
  )
  const jobs = entries.flatMap((entry) => trials(matrix, entry, runners, flags.conc))
  return finishSweep({ matrix, jobs, flags, notes: [] })
}

function trials(matrix: Matrix, entry: Entry, runners: readonly string[], conc: number | undefined): Job[] {
  const scenario = trialScenario(matrix, entry)
  const arm = scenario && (entry.multiNode ? lowestListed(scenario.arms) : widest(scenario.arms))
  if (scenario === undefined || arm === undefined) return []
  const concurrencies = [conc ?? lowestOf(arm)]
  return fixedJobs(scenario, arm, { matrix, entry, runners, concurrencies }).map((job) => ({
    ...job,
    topology: withSettings(job.topology),
    name: `${entry.modelPrefix}_test`,
    scenario: {
      kind: 'fixed-seq-len',
      inputTokens: trialTokens,
      outputTokens: trialTokens,
      maxModelTokens: trialMaxModelTokens,
    },
  }))
}

/** The 1k1k scenario; where an entry has none, its first one, which names shapes that fit the model just as well. */
function trialScenario({ compat }: Matrix, { fixed }: Entry): FixedScenario | undefined {
  const exact = fixed.find(
    ({ inputTokens, outputTokens }) => inputTokens === trialTokens && outputTokens === trialTokens,
  )
  return exact ?? (compat ? undefined : fixed[0])
}

/** The first of the lines with the highest tp. */
function widest(arms: readonly Arm[]): Arm | undefined {
  const tp = (arm: Arm) => (arm.topology.kind === 'single' ? arm.topology.tp : 0)
  return arms.reduce<Arm | undefined>((best, arm) => (best === undefined || tp(arm) > tp(best) ? arm : best), undefined)
}

/** The first of the lines with the lowest listed concurrency; a range counts as higher than any list. */
function lowestListed(arms: readonly Arm[]): Arm | undefined {
  const lowest = ({ concurrency }: Arm) =>
    concurrency.kind === 'list' ? Math.min(...concurrency.values) : Number.POSITIVE_INFINITY
  return arms.reduce<Arm | undefined>(
    (best, arm) => (best === undefined || lowest(arm) < lowest(best) ? arm : best),
    undefined,
  )
}

function lowestOf({ concurrency }: Arm): number {
  return Math.min(...concurrenciesOf(concurrency, 2))
}

/** These rows, unlike others, say that a role has no additional settings. */
function withSettings(topology: Job['topology']): Job['topology'] {
  if (topology.kind === 'single') return topology
  const { prefill, decode } = topology
  return {
    kind: 'multi',
    prefill: { ...prefill, additionalSettings: prefill.additionalSettings ?? [] },
    decode: { ...decode, additionalSettings: decode.additionalSettings ?? [] },
  }
}

function runnersOf(
  { runners: { labels } }: Matrix,
  { runnerType, runnerNodeFilter }: RunnerModelSweepFlags,
): readonly string[] {
  const all = labels.get(runnerType)
  if (all === undefined) {
    const cure = `runners.yaml has ${printable([...labels.keys()].join(', '), 400)}`
    const message = `no runner label is ${quoted(runnerType)}`
    throw new ConfigError([{ severity: 'error', code: 'unknown-runner-type', message, cure }])
  }
  const matching = runnerNodeFilter ? all.filter((name) => name.includes(runnerNodeFilter)) : all
  if (matching.length > 0) return matching
  const message = `no runner of ${quoted(runnerType)} holds ${quoted(runnerNodeFilter)} in its name`
  throw new ConfigError([
    { severity: 'error', code: 'node-filter', message, cure: `its runners are ${printable(all.join(', '), 400)}` },
  ])
}
