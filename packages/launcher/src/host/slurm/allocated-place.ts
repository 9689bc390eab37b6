import { randomInt } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { printable } from '@reprise/safe-text'
import { type Address, fillCommand } from '../../plan/fill-command.ts'
import { LaunchError } from '../../plan/launch-error.ts'
import type { SlurmPlan } from '../../plan/launch-plan.ts'
import { type PlacedCopy, placeCopies } from '../../plan/place-copies.ts'
import type { ProcessCopy } from '../../plan/planned-process.ts'
import { stepName, withDevices } from '../../slurm/copy-step.ts'
import type { NodeHealth } from '../../slurm/node-health.ts'
import { type StepContainer, stepWords } from '../../slurm/step-words.ts'
import type { LeftOut, Place, RunningServer, StartOptions } from '../host.ts'
import type { AllocatedNode, Allocation } from './give-nodes.ts'
import { signalSteps, stepsOf } from './job-steps.ts'
import type { KeepClient } from './keep-client.ts'
import { readTail } from './read-tail.ts'
import { clientLogOf, idOf, runningSteps } from './running-steps.ts'

export interface AllocatedPlaceOptions {
  readonly plan: SlurmPlan
  readonly allocation: Allocation
  readonly health: ReadonlyMap<string, NodeHealth>
  readonly leftOut: readonly LeftOut[]
  readonly container?: StepContainer
  readonly imageDigest?: string
  readonly keep: KeepClient
  /** Script that the command `reprise` stands for. */
  readonly repriseBin?: string
}

/** Ports below those that systems hand out by themselves. */
const ports = { from: 20_000, to: 32_000 }
const pollMs = 100
/** A step that cannot start its command ends a moment after it came to be. */
const settleMs = 300
const endDeadlineMs = 20_000

/** The nodes of an allocation, where processes can be started. */
export class AllocatedPlace implements Place {
  readonly imageDigest?: string
  readonly leftOut: readonly LeftOut[]
  readonly #options: AllocatedPlaceOptions
  readonly #placed: ReadonlyMap<string, PlacedCopy>
  /** Ports that are taken, by node. */
  readonly #taken: ReadonlyMap<string, Set<number>>

  constructor(options: AllocatedPlaceOptions) {
    const { plan, allocation, health, imageDigest } = options
    this.#options = options
    this.leftOut = options.leftOut
    if (imageDigest !== undefined) this.imageDigest = imageDigest
    this.#placed = new Map(
      placeCopies(plan.processes, plan.allocation.gpusPerNode).map((each) => [each.copy.name, each]),
    )
    this.#taken = new Map(allocation.nodes.map(({ name }) => [name, new Set(health.get(name)?.listening)]))
  }

  async addressOf(copy: ProcessCopy): Promise<Address> {
    const node = this.#nodesOf(copy)[0]!
    const { port, morePorts } = copy.planned
    const taken = this.#taken.get(node.name)!
    const chosen = port === 'auto' ? freePort(taken) : port + copy.copy
    if (port !== 'auto' && taken.has(chosen)) {
      const message = `port ${chosen} is taken on ${node.name}; end what listens there, or write port: auto in the runner's profile`
      throw new LaunchError(message, { failureClass: 'infrastructure', phase: 'start' })
    }
    taken.add(chosen)
    const more = morePorts.map((name) => {
      const each = freePort(taken)
      taken.add(each)
      return [name, each] as const
    })
    return { host: node.address, port: chosen, ...(more.length > 0 && { morePorts: Object.fromEntries(more) }) }
  }

  async start(copy: ProcessCopy, options: StartOptions): Promise<RunningServer> {
    const { plan, allocation } = this.#options
    const { signal, address } = options
    const logFile = resolve(options.logFile)
    signal?.throwIfAborted()
    await makeLog(logFile)
    const clients: RunningServer[] = []
    try {
      for (const rank of this.#nodesOf(copy).keys())
        clients.push(await this.#startClient(copy, { ...options, logFile }, rank))
      await this.#untilThere(copy, { clients, logFile, signal })
    } catch (error) {
      await this.#endSteps(copy, clients)
      throw error
    }
    const id = idOf(
      allocation.jobId,
      clients.map(({ handle }) => handle.id),
    )
    return runningSteps({ label: plan.label, host: 'slurm', name: copy.name, address, logFile, id }, clients)
  }

  #startClient(
    copy: ProcessCopy,
    { address, peers, signal, logFile }: StartOptions,
    rank: number,
  ): Promise<RunningServer> {
    const { plan, allocation, container, keep, repriseBin } = this.#options
    const nodes = this.#nodesOf(copy)
    const { gpusPerNode } = this.#placed.get(copy.name)!
    const surroundings = {
      address,
      ...(peers && { peers }),
      node: { rank, nodes: nodes.length, leader: nodes[0]!.address },
    }
    const { argv, env } = fillCommand(copy.planned, surroundings)
    const node = nodes[rank]!
    const words = stepWords({
      jobId: allocation.jobId,
      node: node.name,
      stepName: stepName(copy, rank),
      cpus: cpusOf(node, gpusPerNode, plan.allocation.gpusPerNode),
      ...(gpusPerNode > 0 && { gpus: gpusPerNode }),
      variables: Object.keys(env),
      logFile,
      ...(container && { container: withDevices(container, copy.planned.devices) }),
      ...(plan.allocation.mpi !== undefined && { mpi: plan.allocation.mpi }),
      argv: argv[0] === 'reprise' && repriseBin !== undefined ? [process.execPath, repriseBin, ...argv.slice(1)] : argv,
    })
    return keep(words, {
      env,
      logFile: clientLogOf(logFile, rank),
      name: copy.name,
      address,
      ...(signal && { signal }),
    })
  }

  /** Returns when every step exists, or has come to an end; a client waits for its turn while others take all of a node. */
  async #untilThere(copy: ProcessCopy, { clients, logFile, signal }: Starting): Promise<void> {
    const pause = (ms: number) => sleep(ms, undefined, { ...(signal && { signal }) }).catch(() => {})
    const isThere = async () => {
      const names = (await stepsOf(this.#options.allocation.jobId)).map(({ name }) => name)
      return clients.every((client, rank) => names.includes(stepName(copy, rank)) || !client.isRunning())
    }
    for (signal?.throwIfAborted(); !(await isThere()); signal?.throwIfAborted()) await pause(pollMs)
    await pause(settleMs)
    signal?.throwIfAborted()
    for (const [rank, client] of clients.entries()) {
      if (client.isRunning()) continue
      const why = whyNotStarted(`${readTail(logFile)}\n${readTail(clientLogOf(logFile, rank))}`)
      if (why !== undefined) throw refused(copy, why)
    }
  }

  /** What has been started of a copy, and nothing else of its launch. */
  async #endSteps(copy: ProcessCopy, clients: readonly RunningServer[]): Promise<void> {
    const ours = this.#nodesOf(copy).map((_, rank) => stepName(copy, rank))
    for (const endMs = performance.now() + endDeadlineMs; performance.now() < endMs; ) {
      // A client that is still at it makes its step a moment later: it is ended first.
      for (const { handle, isRunning } of clients) if (isRunning()) endClient(Number(handle.id))
      const steps = (await stepsOf(this.#options.allocation.jobId)).filter(({ name }) => ours.includes(name))
      if (steps.length === 0 && clients.every(({ isRunning }) => !isRunning())) return
      await signalSteps(steps, 'KILL')
      await sleep(pollMs)
    }
  }

  #nodesOf(copy: ProcessCopy): AllocatedNode[] {
    const { nodes } = this.#options.allocation
    return this.#placed.get(copy.name)!.nodes.map((index) => nodes[index]!)
  }
}

interface Starting {
  readonly clients: readonly RunningServer[]
  readonly logFile: string
  readonly signal: AbortSignal | undefined
}

/** As many as its accelerators are of the node's; those that share get all, as nobody is bound to any. Whole cores, where two make one. */
function cpusOf({ cpus }: AllocatedNode, gpus: number, gpusPerNode: number): number {
  if (gpus === 0) return cpus
  const share = Math.floor((cpus * gpus) / gpusPerNode)
  return Math.max(1, share > 1 ? share - (share % 2) : share)
}

function freePort(taken: ReadonlySet<number>): number {
  for (;;) {
    const port = randomInt(ports.from, ports.to)
    if (!taken.has(port)) return port
  }
}

/** A client and its keeper are a session of their own. */
function endClient(pid: number): void {
  try {
    process.kill(-pid, 'SIGTERM')
  } catch {
    // it has ended by itself
  }
}

/** A client makes its output file when it already holds a step. @throws LaunchError when it cannot be written */
async function makeLog(logFile: string): Promise<void> {
  try {
    await (
      await open(logFile, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW)
    ).close()
  } catch (error) {
    const message = `the log ${printable(logFile, 300)} cannot be written (${(error as NodeJS.ErrnoException).code})`
    throw new LaunchError(message, { failureClass: 'infrastructure', phase: 'start' })
  }
}

/** What the node says of a command that it could not start; undefined where it has started. */
function whyNotStarted(said: string): string | undefined {
  const line = said
    .split('\n')
    .find((each) => /error: execve\(\)|error: Unable to create step|pyxis: .*(failed|couldn't)/i.test(each))
  return line?.replace(/^\S+: error: /, '').trim()
}

function refused({ name, planned: { argv } }: ProcessCopy, why: string): LaunchError {
  const file = typeof argv[0] === 'string' ? argv[0] : ''
  const message = `${name} cannot be started: ${printable(why, 300)}; install ${printable(file, 200)} where it runs, or look at the node`
  return new LaunchError(message, { failureClass: 'infrastructure', phase: 'start' })
}
