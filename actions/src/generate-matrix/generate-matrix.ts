import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { printable } from '@reprise/safe-text'
import { ActionError, type ActionHost, type ActionOutcome, defineAction } from '../action.ts'
import { failureOf } from '../failure-of.ts'
import { readSweep, Sweep, writeSweep } from '../sweep-file.ts'
import { shardAt, shardsOf } from './cut-sweep.ts'
import { expansionArgv } from './expansion-argv.ts'
import { Inputs } from './inputs.ts'
import { renderPlanSummary } from './render-plan-summary.ts'

const outputs = [
  'sweep-file',
  'digest',
  'jobs',
  'shards',
  'matrix',
  'max-parallel',
  'canary',
  'reused',
  'estimate',
] as const
type Output = (typeof outputs)[number]

/** Master files to the jobs of a sweep: a file with all of them, and matrices that GitHub takes. With `shard`, one matrix out of that file. */
export const generateMatrix = defineAction({
  inputs: Inputs,
  outputs,
  call: (inputs, host): Promise<ActionOutcome<Output>> =>
    inputs.shard === undefined ? planned(inputs, host) : shardOf(inputs, host, inputs.shard),
})

async function planned(inputs: Inputs, host: ActionHost): Promise<ActionOutcome<Output>> {
  const sweepFile = resolve(inputs['sweep-file'])
  const folder = await repositoryFolder(inputs)
  // From here: in the repository they would be files of the change.
  const reuse = inputs.reuse && { reuse: inputs.reuse.map((file) => resolve(file)) }
  const expanded = await host.cli(expansionArgv({ ...inputs, ...reuse }), { annotations: true, folder })
  const failure = failureOf(`matrix ${inputs.command}`, expanded)
  if (failure !== undefined) return { outputs: {}, failure }
  const sweep = Sweep.parse(expanded.value)
  const digest = await writeSweep(sweepFile, sweep)
  const shards = await shardsOf(host, sweepFile)
  const { jobs, canary, reuse: taken, cost } = sweep
  return {
    outputs: {
      'sweep-file': sweepFile,
      digest,
      jobs: String(jobs.length),
      canary: JSON.stringify(jobs.filter(({ id }) => id === canary)),
      reused: (taken?.points ?? []).map(({ run, id }) => `${run}:${id}`).join(' '),
      ...(cost && { estimate: JSON.stringify({ schema: 'sweep-estimate/1', jobs: jobs.length, ...cost }) }),
      shards: JSON.stringify(shards),
      ...(shards.length <= 1 && (await onlyMatrix(host, sweepFile, shards[0]))),
    },
    summary: renderPlanSummary(sweep),
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

async function shardOf(inputs: Inputs, host: ActionHost, shard: string): Promise<ActionOutcome<Output>> {
  const sweepFile = resolve(inputs['sweep-file'])
  await readSweep(sweepFile, inputs.digest)
  const { jobs, ...matrix } = await matrixOf(host, sweepFile, shard)
  return { outputs: { 'sweep-file': sweepFile, jobs, ...matrix } }
}

/** The jobs of one shard, how many they are, and how many of them may run at once. */
async function matrixOf(host: ActionHost, sweepFile: string, shard: string | number) {
  const { jobs, maxParallel } = await shardAt(host, sweepFile, shard)
  return { jobs: String(jobs.length), matrix: JSON.stringify(jobs), 'max-parallel': String(maxParallel) }
}

async function onlyMatrix(host: ActionHost, sweepFile: string, shard: number | undefined) {
  if (shard === undefined) return { matrix: '[]' }
  const { jobs: _, ...matrix } = await matrixOf(host, sweepFile, shard)
  return matrix
}
