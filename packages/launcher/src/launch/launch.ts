import type { Host, RunningServer, ServerHandle } from '../host/host.ts'
import { LaunchError } from '../plan/launch-error.ts'
import { type LaunchPhase, type LaunchPlan, launchPhases } from '../plan/launch-plan.ts'
import { warmUpRefused } from '../readiness/launch-failure.ts'
import { rootCause } from '../readiness/root-cause.ts'
import { Endpoint } from './endpoint.ts'
import { choosePort } from './free-port.ts'
import { LogFollower } from './log-follower.ts'
import { type LaunchProgress, PhaseWatch } from './phase-watch.ts'

export interface LaunchOptions {
  readonly logFile: string
  /** Aborted: the launch ends, what it has started is removed, and the signal's reason is thrown. */
  readonly signal?: AbortSignal
  /** Called as soon as there is something to clean up. */
  readonly onStarted?: (handle: ServerHandle) => void | Promise<void>
  /** Called about once a second, and when a phase begins. */
  readonly onProgress?: (progress: LaunchProgress) => void
}

/** A server that has answered a first request. */
export interface LaunchedServer {
  readonly server: RunningServer
  readonly url: string
  readonly metricsUrl?: string
  /** The name that requests ask for. */
  readonly model: string
  readonly phasesMs: Readonly<Record<LaunchPhase, number>>
}

/**
 * Brings a server up: starts it on the host, and returns when it has answered a first request. A port that somebody took in between is
 * tried anew once.
 *
 * @throws LaunchError when it cannot be: nothing that carries the plan's label is left then.
 */
export async function launch(plan: LaunchPlan, host: Host, options: LaunchOptions): Promise<LaunchedServer> {
  try {
    return await bringUp(plan, host, options)
  } catch (error) {
    await host.cleanUp(plan.label, { graceS: plan.stopGraceS })
    if (plan.port !== 'auto' || !isPortTaken(error)) throw error
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

async function bringUp(plan: LaunchPlan, host: Host, options: LaunchOptions): Promise<LaunchedServer> {
  options.signal?.throwIfAborted()
  const log = await openLog(options.logFile)
  try {
    const watch = new PhaseWatch({ plan, log, ...options })
    const endpoint = new Endpoint(`http://127.0.0.1:${await choosePort(plan.port)}`)
    const server = await watch.start(async (signal) => {
      const started = await host.start(plan, { logFile: options.logFile, port: endpoint.port, signal })
      // Nobody waits for it any more, and whoever cleaned up could not see it yet.
      if (signal.aborted) await host.cleanUp(plan.label, { graceS: plan.stopGraceS })
      signal.throwIfAborted()
      await options.onStarted?.(started.handle)
      return started
    })
    const refuseForeign = async (phase: LaunchPhase) => {
      if ((await host.answersFor(server.handle)) === false)
        throw new ForeignServer(endpoint.port, { phase, log: log.tail() })
    }
    await watch.during('load', server, (signal) => endpoint.answers(plan.healthPath, signal))
    await refuseForeign('load')
    await watch.during('ready', server, (signal) => endpoint.isHealthy(plan.healthPath, signal))
    await watch.during('warm', server, (signal) =>
      endpoint.completes(plan.model, signal, (answer) => {
        throw warmUpRefused(answer, { log: log.tail() })
      }),
    )
    await refuseForeign('warm')
    return {
      server,
      url: endpoint.url,
      ...(plan.metricsPath !== undefined && { metricsUrl: endpoint.url + plan.metricsPath }),
      model: plan.model,
      phasesMs: watch.phasesMs,
    }
  } finally {
    await log.close()
  }
}

async function openLog(path: string): Promise<LogFollower> {
  try {
    return await LogFollower.open(path)
  } catch (error) {
    const message = `the log cannot be written (${(error as NodeJS.ErrnoException).code}); name a folder that exists and has room`
    throw new LaunchError(message, { failureClass: 'infrastructure', phase: launchPhases[0] })
  }
}
