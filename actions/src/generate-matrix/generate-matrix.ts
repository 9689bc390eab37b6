import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { printable } from '@reprise/safe-text'
import { ActionError, type ActionHost, type ActionOutcome, defineAction } from '../action.ts'
import { failureOf } from '../failure-of.ts'
import { expansionArgv } from './expansion-argv.ts'
import { Inputs } from './inputs.ts'
import { renderPlanSummary } from './render-plan-summary.ts'
import { withShards } from './split-jobs.ts'
import { readSweep, Sweep, type SweepEntry, writeSweep } from './sweep-file.ts'

type Output = 'sweep-file' | 'jobs' | 'shards' | 'matrix' | 'canary' | 'estimate'

/** Master files to the jobs of a sweep: a file with all of them, and matrices that GitHub takes. With `shard`, one matrix out of that file. */
export const generateMatrix = defineAction({
  inputs: Inputs,
  outputs: ['sweep-file', 'jobs', 'shards', 'matrix', 'canary', 'estimate'],
  call: (inputs, host): Promise<ActionOutcome<Output>> =>
    inputs.shard === undefined ? planned(inputs, host) : shardOf(inputs, host, inputs.shard),
})

async function planned(inputs: Inputs, host: ActionHost): Promise<ActionOutcome<Output>> {
  const sweepFile = resolve(inputs['sweep-file'])
  const argv = expansionArgv(inputs)
  const folder = await repositoryFolder(inputs)
  const ask = (...flags: string[]) => host.cli([...argv, ...flags], { quiet: true, folder })
  const expanded = await host.cli(argv, { annotations: true, folder })
  const failure = failureOf(`matrix ${inputs.command}`, expanded)
  if (failure !== undefined) return { outputs: {}, failure }
  const all = Sweep.parse(expanded.value)
  const canary = inputs.canary === undefined ? [] : Sweep.parse((await ask('--canary=only')).value).jobs
  const estimate = (await ask('--estimate')).value
  const sweep = { ...all, jobs: inputs.canary === 'only' ? canary : canaryFirst(all.jobs, canary) }
  await writeSweep(sweepFile, sweep)
  const rest = withoutCanary(inputs, sweep.jobs)
  return {
    outputs: {
      'sweep-file': sweepFile,
      jobs: String(sweep.jobs.length),
      canary: JSON.stringify(canary),
      ...(estimate !== undefined && { estimate: JSON.stringify(estimate) }),
      ...(await matrices(host, rest)),
    },
    summary: renderPlanSummary(sweep.jobs, estimate),
  }
}

async function repositoryFolder({ repository }: Inputs): Promise<string> {
  const folder = resolve(repository)
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder)
    throw new ActionError(`input repository: ${printable(repository, 200)} is no folder; check it out first`)
  return folder
}

async function matrices(host: ActionHost, jobs: readonly SweepEntry[]): Promise<Partial<Record<Output, string>>> {
  return withShards(host, jobs, async ({ indices }) => {
    const shards = await indices()
    return { shards: JSON.stringify(shards), ...(shards.length <= 1 && { matrix: JSON.stringify(jobs) }) }
  })
}

async function shardOf(inputs: Inputs, host: ActionHost, shard: string): Promise<ActionOutcome<Output>> {
  const sweepFile = resolve(inputs['sweep-file'])
  const jobs = withoutCanary(inputs, (await readSweep(sweepFile)).jobs)
  const matrix = await withShards(host, jobs, ({ jobsOf }) => jobsOf(shard))
  return {
    outputs: {
      'sweep-file': sweepFile,
      jobs: String(Array.isArray(matrix) ? matrix.length : 0),
      matrix: JSON.stringify(matrix),
    },
  }
}

/** The file of a sweep with a canary begins with it: so whoever reads the file finds the same one again. */
function canaryFirst(jobs: readonly SweepEntry[], canary: readonly SweepEntry[]): SweepEntry[] {
  const ids = new Set(canary.map(({ id }) => id))
  return [...canary, ...jobs.filter(({ id }) => !ids.has(id))]
}

function withoutCanary({ canary }: Inputs, jobs: readonly SweepEntry[]): readonly SweepEntry[] {
  return canary === 'without' && jobs[0] && mayBeCanary(jobs[0]) ? jobs.slice(1) : jobs
}

/** Only a job of one node that measures: a sweep with none of that kind has no canary, and its first job is like any other. */
function mayBeCanary({ job: { topology, evaluation } }: SweepEntry): boolean {
  return topology.kind === 'single' && evaluation.only !== true
}
