import { fileURLToPath } from 'node:url'
import {
  type Host,
  hostFor,
  LaunchError,
  type LaunchFailureRecord,
  type LaunchPlan,
  type LaunchProgress,
  type LaunchRecord,
  launch,
  planLaunch,
  type RunningServer,
} from '@reprise/launcher'
import { ConfigError, printable, type SweepJob } from '@reprise/matrix-generator'
import { UsageError } from '../exit-codes.ts'
import { heedInterrupt } from './heed-interrupt.ts'
import { LaunchFolder } from './launch-folder.ts'
import { type LaunchFiles, readLaunchFiles } from './launch-inputs.ts'

export interface LaunchJobOptions {
  readonly job: SweepJob
  /** Folder of the launch: its log and its records. */
  readonly state: string
  readonly files?: LaunchFiles
  /** What tells this launch from any other of the same job; default: drawn. */
  readonly attempt?: string
  /** Aborted: the launch ends, and leaves nothing behind but its log. */
  readonly signal: AbortSignal
  readonly onProgress?: (progress: LaunchProgress) => void
}

/** A server that is up; whoever has it must stop it, with `stopLaunch` on the same folder. */
export interface LaunchedJob {
  readonly record: LaunchRecord
  readonly server: RunningServer
}

/**
 * Brings the server of a job up and writes `launch.json`, or cleans up and writes `launch-failure.json`.
 *
 * @throws LaunchError, ConfigError when it cannot be brought up; UsageError when the folder is another server's; the signal's reason.
 */
export async function launchJob(options: LaunchJobOptions): Promise<LaunchedJob> {
  const folder = new LaunchFolder(options.state)
  await refuseRunning(folder)
  await folder.clear()
  try {
    const { job, files, attempt = drawnAttempt() } = options
    const plan = planLaunch({ job, ...readLaunchFiles(job, files), attempt })
    return await heedInterrupt(options.signal, (signal) => bringUp(plan, folder, { ...options, signal }))
  } catch (error) {
    const failure = failureOf(error)
    if (failure) await folder.write('failure', failure)
    throw error
  }
}

/** The host of a plan or a record, with the embedded engine at hand. */
export function ownHost(kind: LaunchPlan['host']): Host {
  return hostFor(kind, { repriseBin: fileURLToPath(new URL('../../bin/reprise.mjs', import.meta.url)) })
}

async function bringUp(plan: LaunchPlan, folder: LaunchFolder, options: LaunchJobOptions): Promise<LaunchedJob> {
  const host = ownHost(plan.host)
  const owner = { schema: 'launch-server/1', label: plan.label, host: plan.host, stopGraceS: plan.stopGraceS } as const
  await folder.write('server', owner)
  const launched = await launch(plan, host, {
    logFile: folder.logFile,
    signal: options.signal,
    onStarted: ({ id, port }) => folder.write('server', { ...owner, server: { id, port } }),
    ...(options.onProgress && { onProgress: options.onProgress }),
  })
  const record: LaunchRecord = {
    schema: 'launch/1',
    label: plan.label,
    url: launched.url,
    ...(launched.metricsUrl !== undefined && { metricsUrl: launched.metricsUrl }),
    model: launched.model,
    state: folder.path,
    logFile: folder.logFile,
    phasesMs: launched.phasesMs,
  }
  await folder.write('launch', record)
  return { record, server: launched.server }
}

async function refuseRunning(folder: LaunchFolder): Promise<void> {
  const before = await folder.server()
  if (before === undefined || (await ownHost(before.host).countOwned(before.label)) === 0) return
  throw new UsageError(
    `${folder.path} is the folder of a server that still runs; reprise launch stop --state ${folder.path} ends it`,
  )
}

/** Eight digits that no other launch has. */
function drawnAttempt(): string {
  return crypto.randomUUID().slice(0, 8)
}

function failureOf(error: unknown): LaunchFailureRecord | undefined {
  if (error instanceof LaunchError) {
    const { failureClass, phase, message, logTail } = error
    return {
      schema: 'launch-failure/1',
      class: failureClass,
      phase,
      message: printable(message, 4_000),
      logTail: [...logTail],
    }
  }
  if (!(error instanceof ConfigError)) return undefined
  return {
    schema: 'launch-failure/1',
    class: 'recipe',
    phase: 'start',
    message: printable(error.message, 4_000),
    logTail: [],
  }
}
