import { join } from 'node:path'
import type { Host, LeftOut, Place, ServerHandle } from '../host/host.ts'
import { thisLauncher } from '../host/launch-owner.ts'
import type { Address } from '../plan/fill-command.ts'
import { LaunchError } from '../plan/launch-error.ts'
import type { LaunchPhase } from '../plan/launch-phase.ts'
import type { LaunchPlan } from '../plan/launch-plan.ts'
import { copiesOf, type ProcessCopy, type Role } from '../plan/planned-process.ts'
import { FatalPatterns } from '../readiness/fatal-patterns.ts'
import { warmUpRefused } from '../readiness/launch-failure.ts'
import { rootCause } from '../readiness/root-cause.ts'
import { Endpoint } from './endpoint.ts'
import { LogFollower } from './log-follower.ts'
import { type Attempt, type LaunchProgress, PhaseWatch, type Watched } from './phase-watch.ts'

export interface LaunchOptions {
  /** For the logs, one for each process, called like it. */
  readonly folder: string
  /** Aborted: the launch ends, what it has started is removed, and the signal's reason is thrown. */
  readonly signal?: AbortSignal
  /** Called as soon as there is one more process to clean up, with all that there are. */
  readonly onStarted?: (handles: readonly ServerHandle[]) => void | Promise<void>
  /** Called about once a second, and when a phase begins. */
  readonly onProgress?: (progress: LaunchProgress) => void
}

/** One process that is up. */
export interface LaunchedServer extends Watched {
  readonly copy: ProcessCopy
  readonly endpoint: Endpoint
}

/** A deployment whose front has answered a first request. */
export interface LaunchedPlan {
  /** Where requests go: the router, or the server. */
  readonly front: LaunchedServer
  /** All, the front included, in the order of their start. */
  readonly servers: readonly LaunchedServer[]
  /** Of the image that they run in, where there is one and the host can say. */
  readonly imageDigest?: string
  /** Nodes that the host found unfit before it found these. */
  readonly leftOut?: readonly LeftOut[]
  readonly phasesMs: Readonly<Partial<Record<LaunchPhase, number>>>
}

/**
 * Brings the processes of a plan up: starts them on the host, routers when all others are ready, and returns when a first request was
 * answered. A port that somebody took in between is tried anew once.
 *
 * @throws LaunchError when it cannot be: nothing that carries the plan's label is left then.
 */
export async function launch(plan: LaunchPlan, host: Host, options: LaunchOptions): Promise<LaunchedPlan> {
  try {
    return await bringUp(plan, host, options)
  } catch (error) {
    await host.cleanUp(plan.label, { graceS: plan.stopGraceS })
    const mayMove = plan.processes.some(({ port }) => port === 'auto')
    if (!mayMove || !isPortTaken(error)) throw error
  }
  try {
    return await bringUp(plan, host, options)
  } catch (error) {
    await host.cleanUp(plan.label, { graceS: plan.stopGraceS })
    throw error
  }
}

function isPortTaken(error: unknown): boolean {
  if (error instanceof ForeignServer) return true
  return error instanceof LaunchError && error.phase !== 'warm' && rootCause(error.logTail)?.isPortTaken === true
}

/** Something else answers at the port that the server was given: what is measured there would be somebody else's. */
class ForeignServer extends LaunchError {
  constructor(port: number, { phase, log }: { readonly phase: LaunchPhase; readonly log: readonly string[] }) {
    super(
      `another process than the server answers at port ${port}, one that it did not start; end what listens there, or write port: auto in the runner's profile`,
      { failureClass: 'infrastructure', phase, logTail: log.slice(-40) },
    )
  }
}

async function bringUp(plan: LaunchPlan, host: Host, options: LaunchOptions): Promise<LaunchedPlan> {
  options.signal?.throwIfAborted()
  const deployment = new Deployment(plan, host, options)
  try {
    return await deployment.bringUp()
  } finally {
    await deployment.closeLogs()
  }
}

/** One attempt to bring a plan up. */
class Deployment {
  readonly #plan: LaunchPlan
  readonly #host: Host
  readonly #options: LaunchOptions
  readonly #watch: PhaseWatch
  readonly #servers: LaunchedServer[] = []
  readonly #logs: LogFollower[] = []
  readonly #peers: Partial<Record<Role, Address[]>> = {}

  constructor(plan: LaunchPlan, host: Host, options: LaunchOptions) {
    this.#plan = plan
    this.#host = host
    this.#options = options
    this.#watch = new PhaseWatch({ plan, ...options })
  }

  async bringUp(): Promise<LaunchedPlan> {
    const copies = copiesOf(this.#plan.processes)
    // Before anything is there: what cannot be watched is not started.
    const fatal = new Map(copies.map(({ name, planned }) => [name, new FatalPatterns(planned.fatalPatterns)]))
    const place = await this.#prepare()
    const isRouter = ({ planned }: ProcessCopy) => planned.role === 'router'
    for (const stage of [copies.filter((copy) => !isRouter(copy)), copies.filter(isRouter)]) {
      if (stage.length === 0) continue
      const servers: LaunchedServer[] = []
      for (const copy of stage) servers.push(await this.#start(copy, place, fatal.get(copy.name)!))
      await this.#untilReady(servers)
    }
    const front = this.#servers.findLast(({ copy }) => isRouter(copy)) ?? this.#servers[0]!
    await this.#warmUp(front)
    return {
      front,
      servers: this.#servers,
      ...(place.imageDigest !== undefined && { imageDigest: place.imageDigest }),
      ...(place.leftOut !== undefined && place.leftOut.length > 0 && { leftOut: place.leftOut }),
      phasesMs: this.#watch.phasesMs,
    }
  }

  async closeLogs(): Promise<void> {
    for (const log of this.#logs) await log.close()
  }

  #prepare(): Promise<Place> {
    const { label } = this.#plan
    return this.#watch.prepare(async (signal) => {
      const owner = thisLauncher(label, this.#options.folder)
      const place = await this.#host.prepare(this.#plan, { owner, during: this.#watch.within, signal })
      await this.#unlessLate(signal)
      return place
    })
  }

  async #start(copy: ProcessCopy, place: Place, fatal: FatalPatterns): Promise<LaunchedServer> {
    const logFile = join(this.#options.folder, `${copy.name}.log`)
    const log = await this.#openLog(logFile)
    const server = await this.#watch.within('start', async ({ signal }) => {
      const address = await place.addressOf(copy)
      const started = await place.start(copy, { logFile, address, peers: this.#peers, signal })
      await this.#unlessLate(signal)
      this.#peers[copy.planned.role] = [...(this.#peers[copy.planned.role] ?? []), address]
      await this.#options.onStarted?.([...this.#servers.map((each) => each.server.handle), started.handle])
      return started
    })
    const { host, port } = server.handle.address
    const launched = { name: copy.name, copy, server, log, fatal, endpoint: new Endpoint(`http://${host}:${port}`) }
    this.#servers.push(launched)
    this.#watch.add(launched)
    return launched
  }

  /** Nobody waits for it any more, and whoever cleaned up could not see it yet. */
  async #unlessLate(signal: AbortSignal): Promise<void> {
    if (signal.aborted) await this.#host.cleanUp(this.#plan.label, { graceS: this.#plan.stopGraceS })
    signal.throwIfAborted()
  }

  async #untilReady(servers: readonly LaunchedServer[]): Promise<void> {
    await this.#watch.during(
      'load',
      attempts(servers, ({ endpoint, copy }, signal) => endpoint.answers(copy.planned.healthPath, signal)),
    )
    for (const each of servers) await this.#refuseForeign('load', each)
    await this.#watch.during(
      'ready',
      attempts(servers, ({ endpoint, copy }, signal) => endpoint.isHealthy(copy.planned.healthPath, signal)),
    )
  }

  async #warmUp(front: LaunchedServer): Promise<void> {
    const { name, endpoint, log } = front
    await this.#watch.during(
      'warm',
      attempts([front], (_front, signal) =>
        endpoint.completes(this.#plan.model, signal, (answer) => {
          throw warmUpRefused(answer, { name, log: log.tail() })
        }),
      ),
    )
    for (const each of this.#servers) await this.#refuseForeign('warm', each)
  }

  async #refuseForeign(phase: LaunchPhase, { server, endpoint, log }: LaunchedServer): Promise<void> {
    if ((await this.#host.answersFor(server.handle)) === false)
      throw new ForeignServer(endpoint.port, { phase, log: log.tail() })
  }

  async #openLog(path: string): Promise<LogFollower> {
    try {
      const log = await LogFollower.open(path)
      this.#logs.push(log)
      return log
    } catch (error) {
      const message = `the log cannot be written (${(error as NodeJS.ErrnoException).code}); name a folder that exists and has room`
      throw new LaunchError(message, { failureClass: 'infrastructure', phase: 'start' })
    }
  }
}

function attempts(
  servers: readonly LaunchedServer[],
  attempt: (server: LaunchedServer, signal: AbortSignal) => ReturnType<Attempt>,
): Map<Watched, Attempt> {
  return new Map(servers.map((server) => [server, (signal: AbortSignal) => attempt(server, signal)]))
}
