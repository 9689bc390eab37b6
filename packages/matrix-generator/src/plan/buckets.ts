import type { Epoch } from '../epoch/epoch.ts'
import { sequenceName } from '../expand/job-name.ts'
import type { Job } from '../job/job.ts'
import type { Row } from '../job/row.ts'
import { rowOf } from '../job/row-of.ts'
import type { ChangelogPlan } from './plan-changelog.ts'

/** The rows of a changelog plan sorted into one bucket per kind of workflow job, under InferenceX's names. */
export interface Buckets {
  /** By `1k1k`, `8k1k`, another `isl_osl`, or `agentic`. */
  readonly single_node: Readonly<Record<string, readonly Row[]>>
  readonly multi_node: Readonly<Record<string, readonly Row[]>>
  readonly evals: readonly Row[]
  readonly agentic_evals: readonly Row[]
  readonly multinode_evals: readonly Row[]
  readonly multinode_agentic_evals: readonly Row[]
}

export function bucketRows({ throughput, evaluations }: ChangelogPlan, epoch: Epoch): Buckets {
  const rows = (jobs: readonly Job[]) => jobs.map((job) => rowOf(job, epoch))
  const measured = (kind: 'single' | 'multi') => {
    const groups = Map.groupBy(
      throughput.filter((job) => job.topology.kind === kind),
      scenarioName,
    )
    return Object.fromEntries([...groups].map(([name, jobs]) => [name, rows(jobs)]))
  }
  const evaluated = (kind: 'single' | 'multi', scenario: Job['scenario']['kind']) =>
    rows(evaluations.filter((job) => job.topology.kind === kind && job.scenario.kind === scenario))
  return {
    single_node: measured('single'),
    multi_node: measured('multi'),
    evals: evaluated('single', 'fixed-seq-len'),
    agentic_evals: evaluated('single', 'agentic-coding'),
    multinode_evals: evaluated('multi', 'fixed-seq-len'),
    multinode_agentic_evals: evaluated('multi', 'agentic-coding'),
  }
}

function scenarioName({ scenario }: Job): string {
  return scenario.kind === 'agentic-coding' ? 'agentic' : sequenceName(scenario.inputTokens, scenario.outputTokens)
}
