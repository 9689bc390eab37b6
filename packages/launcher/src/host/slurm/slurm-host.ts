import { join } from 'node:path'
import { printable } from '@reprise/safe-text'
import { LaunchError } from '../../plan/launch-error.ts'
import type { SlurmPlan } from '../../plan/launch-plan.ts'
import { digestIn } from '../../slurm/image-names.ts'
import { stepWords } from '../../slurm/step-words.ts'
import type { Host, LeftOut, Place, PrepareOptions, RunningServer, ServerEnd, ServerHandle } from '../host.ts'
import { processHost } from '../process-host.ts'
import { AllocatedPlace } from './allocated-place.ts'
import { type CheckedNodes, checkNodes } from './check-nodes.ts'
import { endJobs, ownOf } from './end-job.ts'
import { type Allocation, giveNodes } from './give-nodes.ts'
import { clearImport, importImage } from './import-image.ts'
import { ownerOf, ownJobs } from './jobs-of.ts'
import { type KeepClient, keepClients } from './keep-client.ts'
import { readTail } from './read-tail.ts'
import { clientLogOf, explainEnd, readId, runningSteps } from './running-steps.ts'

/** After so many allocations with unfit nodes, the cluster is to be looked at. */
const maxAllocations = 3
/** A client of Slurm whose job has ended takes so long to say so. */
const clientGraceS = 10

export interface SlurmHostOptions {
  /** Script that the command `reprise` stands for, run with this process's own Node; the nodes must see both at the same path. */
  readonly repriseBin?: string
}

/**
 * Servers as steps of a job of a Slurm cluster, of which this machine is a login node. One job holds the nodes of a launch, and carries its
 * label as name and its owner as comment; each process is a step of it, held by a client that lives on here.
 */
export function slurmHost({ repriseBin }: SlurmHostOptions = {}): Host {
  const local = processHost()
  return {
    kind: 'slurm',
    prepare: async (plan, options) => {
      if (plan.host !== 'slurm') throw new TypeError(`a plan for a ${plan.host} host`)
      return prepare(plan, options, repriseBin)
    },
    attach: async (handle) => {
      const found = await attached(handle, local)
      return found?.isRunning() && (await local.countOwned(handle.label)) > 0 ? found : undefined
    },
    endOf: async (handle) => {
      const found = await clientsOf(handle, local)
      for (const [rank, client] of found.entries()) {
        const end = await local.endOf(client)
        if (end) return explainEnd(handle, end, rank)
      }
      return undefined
    },
    // Whose a port of another machine is shows nowhere here.
    answersFor: async () => undefined,
    cleanUp: async (label, { graceS }) => {
      const owners = (await ownOf(label)).flatMap((job) => ownerOf(job) ?? [])
      const jobs = await endJobs(label, graceS * 1_000)
      for (const owner of owners) await clearImport(owner)
      const { removed } = await local.cleanUp(label, { graceS: clientGraceS })
      return { removed: jobs + removed }
    },
    countOwned: async (label) => (await ownOf(label)).length + (await local.countOwned(label)),
    owned: async () => (await ownJobs()).flatMap((job) => ownerOf(job) ?? []),
  }
}

async function prepare(plan: SlurmPlan, options: PrepareOptions, repriseBin: string | undefined): Promise<Place> {
  const { owner, during, signal } = options
  signal?.throwIfAborted()
  const keep = await keepClients(plan, owner)
  const { allocation, health, leftOut } = await soundNodes(plan, options)
  const { seat } = plan
  const common = { plan, allocation, health, leftOut, keep, ...(repriseBin !== undefined && { repriseBin }) }
  if (seat.kind === 'plain') return new AllocatedPlace(common)
  const run = importer(allocation, { keep, owner })
  const squashFile = await during('pull', (at) =>
    importImage({ ...at, image: seat.image, folder: seat.imageFolder, owner, run }),
  )
  const imageDigest = digestIn(seat.image)
  return new AllocatedPlace({
    ...common,
    container: { ...seat, squashFile },
    ...(imageDigest !== undefined && { imageDigest }),
  })
}

/** Nodes that have passed their check; those that did not are left out of the next allocation. */
async function soundNodes(
  plan: SlurmPlan,
  { owner, during, signal }: PrepareOptions,
): Promise<CheckedNodes & { readonly allocation: Allocation; readonly leftOut: readonly LeftOut[] }> {
  const leftOut: LeftOut[] = []
  const { limits, gpusPerNode } = { limits: plan.health, gpusPerNode: plan.allocation.gpusPerNode }
  for (let i = 1; ; i++) {
    const request = { allocation: plan.allocation, label: plan.label, comment: JSON.stringify(owner) }
    const submit = () =>
      during('queue', (at) => giveNodes({ ...request, leftOut: leftOut.map(({ node }) => node) }, at))
    const allocation = await submit().catch((error: unknown) => {
      throw leftOut.length === 0 ? error : withLeftOut(error, leftOut)
    })
    const checked = await during('start', (at) => checkNodes(allocation, { limits, gpusPerNode }, at))
    if (checked.unfit.length === 0) return { ...checked, allocation, leftOut }
    leftOut.push(...checked.unfit)
    if (i === maxAllocations) throw noSoundNodes(leftOut)
    await endJobs(plan.label, 0)
    signal?.throwIfAborted()
  }
}

function withLeftOut(error: unknown, leftOut: readonly LeftOut[]): unknown {
  if (!(error instanceof LaunchError)) return error
  const message = `${error.message}; left out before: ${describe(leftOut)}`
  return new LaunchError(message, { failureClass: 'infrastructure', phase: error.phase })
}

function noSoundNodes(leftOut: readonly LeftOut[]): LaunchError {
  const message = `no sound nodes in ${maxAllocations} allocations: ${describe(leftOut)}; mend them, or name them under exclude in the runner's profile`
  return new LaunchError(message, { failureClass: 'infrastructure', phase: 'start' })
}

function describe(leftOut: readonly LeftOut[]): string {
  return leftOut.map(({ node, reason }) => `${printable(node, 100)} (${printable(reason, 300)})`).join(', ')
}

/** The clients of Slurm that hold a server's steps, as processes of this machine. */
async function clientsOf(handle: ServerHandle, local: Host): Promise<ServerHandle[]> {
  const clients = readId(handle.id)?.clients ?? []
  const found = clients.map((id, rank): ServerHandle => {
    return { ...handle, host: 'process', logFile: clientLogOf(handle.logFile, rank), id }
  })
  for (const each of found) await local.attach(each)
  return found
}

/** Undefined where none of its clients is left. */
async function attached(handle: ServerHandle, local: Host): Promise<RunningServer | undefined> {
  const found: RunningServer[] = []
  for (const client of await clientsOf(handle, local)) {
    const running = await local.attach(client)
    if (running) found.push(running)
  }
  return found.length === 0 ? undefined : runningSteps(handle, found)
}

/** Runs the import of an image on the first node, where the registry is reached and there is room. */
function importer({ jobId, nodes }: Allocation, { keep, owner }: { keep: KeepClient; owner: PrepareOptions['owner'] }) {
  return async (words: readonly string[]): Promise<{ readonly end: ServerEnd; readonly said: string }> => {
    const [first] = nodes
    const logFile = join(owner.state, 'image-import.log')
    const argv = stepWords({
      jobId,
      node: first!.name,
      stepName: 'import',
      cpus: first!.cpus,
      variables: [],
      argv: words,
    })
    const client = await keep(argv, { env: {}, logFile, name: 'import', address: { host: first!.address, port: 1 } })
    const end = await client.ended
    return { end, said: readTail(logFile) }
  }
}
