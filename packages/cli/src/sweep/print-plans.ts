import { ConfigError } from '@reprise/config-file'
import {
  LaunchError,
  type LaunchFiles,
  type LaunchPlan,
  launchFilesOf,
  planLaunch,
  type Recipe,
  renderLaunchPlan,
  renderStanding,
} from '@reprise/launcher'
import type { SweepJob } from '@reprise/matrix-generator'
import { logText, printable } from '@reprise/safe-text'
import { ourConfigFiles } from '../options/matrix-options.ts'
import { readSweep } from '../options/read-job.ts'
import { exitCodes, UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { writeJson } from '../terminal/output.ts'
import { type BenchSelection, planBench } from './plan-bench.ts'

/** Which jobs are meant, one of the two, and what is named instead of their files. */
export interface PlansFlags extends LaunchFiles, Pick<Partial<BenchSelection>, 'configKey' | 'conc' | 'scenarioType'> {
  readonly sweep?: string
  readonly json: boolean
}

interface Planned {
  readonly job: SweepJob
  readonly recipe: Recipe
  readonly plan: LaunchPlan
}

interface Refused {
  readonly job: SweepJob
  /** What is wrong, and what to do about it. */
  readonly why: string
}

/**
 * `launch plan` of many jobs: the plans of those that can be launched, and why the others cannot, each reason once. Returns the exit code.
 *
 * @throws ConfigError, UsageError as `planBench` and `readSweep`.
 */
export async function printPlans(flags: PlansFlags, io: Io): Promise<number> {
  const { jobs } =
    flags.sweep === undefined ? planBench(selectionOf(flags), io) : await readSweep('--sweep', flags.sweep)
  const { planned, refused } = planAll(jobs, flags)
  if (flags.json) {
    const named = ({ id, name, configKey }: SweepJob) => ({ id, name, configKey })
    const plans = planned.map(({ job, plan }) => ({ ...named(job), plan }))
    writeJson(io, { schema: 'launch-plans/1', plans, refused: refused.map(({ job, why }) => ({ ...named(job), why })) })
  } else io.stdout.write(planned.map(render).join('\n'))
  for (const [why, group] of Map.groupBy(refused, (each) => each.why)) {
    const others = group.length === 1 ? '' : ` and ${group.length - 1} more`
    io.stderr.write(
      `reprise: ${logText(`${group[0]!.job.configKey} ${group[0]!.job.name}`, 300)}${others}: ${logText(why, 2_000)}\n`,
    )
  }
  return refused.length === 0 ? exitCodes.done : exitCodes.author
}

function selectionOf({ configKey, conc, scenarioType }: PlansFlags): BenchSelection {
  if (configKey === undefined) throw new UsageError('say which jobs: --job, --sweep or --config-key')
  const files = { configFiles: ourConfigFiles, runnerConfig: 'configs/runners.yaml' }
  return {
    configKey,
    ...(conc && { conc }),
    ...(scenarioType && { scenarioType }),
    debugTrace: false,
    isLaunched: false,
    ...files,
  }
}

function planAll(jobs: readonly SweepJob[], files: LaunchFiles): { planned: Planned[]; refused: Refused[] } {
  const filesOf = launchFilesOf(files)
  const planned: Planned[] = []
  const refused: Refused[] = []
  for (const job of jobs) {
    try {
      const { recipe, profile } = filesOf(job)
      planned.push({ job, recipe, plan: planLaunch({ job, recipe, profile }) })
    } catch (error) {
      if (!(error instanceof LaunchError || error instanceof ConfigError)) throw error
      refused.push({ job, why: error.message })
    }
  }
  return { planned, refused }
}

function render({ job: { configKey, name, id }, recipe, plan }: Planned): string {
  const head = [`${printable(configKey, 200)} ${printable(name, 200)} ${id}`, ...renderStanding(recipe)]
  return `${head.map((line) => `# ${line}\n`).join('')}${renderLaunchPlan(plan)}`
}
