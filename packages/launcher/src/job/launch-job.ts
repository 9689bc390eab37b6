import { ConfigError } from '@reprise/config-file'
import type { SweepJob } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import { deviceClaim } from '../devices/device-claim.ts'
import type { Host, RunningServer, ServerHandle } from '../host/host.ts'
import { type LaunchedPlan, type LaunchedServer, launch } from '../launch/launch.ts'
import type { LaunchProgress } from '../launch/phase-watch.ts'
import { LaunchError } from '../plan/launch-error.ts'
import { imageOf, type LaunchPlan } from '../plan/launch-plan.ts'
import { planLaunch } from '../plan/plan-launch.ts'
import type { LaunchedProcess, LaunchFailureRecord, LaunchRecord, ServerRecord } from '../record/launch-record.ts'
import { type LaunchFiles, readLaunchFiles } from '../source/read-launch-files.ts'
import { attachTo } from './attach-to.ts'
import { endOrphans } from './end-orphans.ts'
import type { Hosts } from './host-for.ts'
import { LaunchFolder } from './launch-folder.ts'
import { LaunchFolderError } from './launch-folder-error.ts'

export interface LaunchJobOptions {
  readonly job: SweepJob
  /** Folder of the launch: its log and its records. */
  readonly state: string
  readonly files?: LaunchFiles
  readonly hosts: Hosts
  /** What tells this launch from any other of the same job; default: drawn. */
  readonly attempt?: string
  /** Aborted: the launch ends, and leaves nothing behind but its log. */
  readonly signal: AbortSignal
  readonly onProgress?: (progress: LaunchProgress) => void
}

/** A deployment that is up; whoever has it must stop it, with `stopLaunch` on the same folder. */
export interface LaunchedJob {
  readonly record: LaunchRecord
  readonly servers: readonly RunningServer[]
}

/**
 * Brings the server of a job up and writes `launch.json`, or cleans up and writes `launch-failure.json`.
 *
 * @throws LaunchError, ConfigError when it cannot be brought up; LaunchFolderError when the folder is another server's; the signal's reason.
 */
export async function launchJob(options: LaunchJobOptions): Promise<LaunchedJob> {
  const folder = new LaunchFolder(options.state)
  const before = await refuseRunning(folder, options.hosts)
  await folder.make()
  if (before) await folder.release(before)
  const plan = await planned(options, folder)
  try {
    return await bringUp(plan, folder, options)
  } catch (error) {
    await leaveFailure(error, folder)
    throw error
  }
}

async function planned(
  { job, files, hosts, attempt = drawnAttempt() }: LaunchJobOptions,
  folder: LaunchFolder,
): Promise<LaunchPlan> {
  try {
    const plan = planLaunch({ job, ...readLaunchFiles(job, files), attempt })
    // A host that this build does not have is told before anything is claimed.
    hosts(plan.host)
    return plan
  } catch (error) {
    await folder.clear()
    await leaveFailure(error, folder)
    throw error
  }
}

/** Where the disk is full the record is lost too; the error is still the first one. */
async function leaveFailure(error: unknown, folder: LaunchFolder): Promise<void> {
  const failure = failureOf(error)
  if (failure) await folder.write('failure', failure).catch(() => {})
}

async function bringUp(plan: LaunchPlan, folder: LaunchFolder, options: LaunchJobOptions): Promise<LaunchedJob> {
  const host = options.hosts(plan.host)
  const devices = deviceClaim(plan)
  const owner = {
    schema: 'launch-server/2',
    label: plan.label,
    host: plan.host,
    stopGraceS: plan.stopGraceS,
    ...(devices && { devices }),
  } as const
  await endOrphans(host, plan.stopGraceS)
  await refuseOwned(plan.label, host)
  await folder.claim({ ...owner, processes: [] })
  await folder.clear()
  const launched = await launch(plan, host, {
    folder: folder.path,
    signal: options.signal,
    onStarted: (handles) => folder.write('server', { ...owner, processes: handles.map(startedProcess) }),
    ...(options.onProgress && { onProgress: options.onProgress }),
  })
  const record = recordOf(plan, folder, launched)
  try {
    await folder.write('launch', record)
  } catch (error) {
    await host.cleanUp(plan.label, { graceS: plan.stopGraceS })
    throw error
  }
  return { record, servers: launched.servers.map(({ server }) => server) }
}

function startedProcess({ name, id, address }: ServerHandle): ServerRecord['processes'][number] {
  const { host, port, morePorts } = address
  return { name, id, address: { host, port, ...(morePorts && { morePorts: { ...morePorts } }) } }
}

function recordOf(
  plan: LaunchPlan,
  folder: LaunchFolder,
  { front, servers, imageDigest, leftOut, phasesMs }: LaunchedPlan,
): LaunchRecord {
  const image = imageOf(plan)
  const { url, metricsUrl } = processRecord(front)
  return {
    schema: 'launch/2',
    label: plan.label,
    host: plan.host,
    url,
    ...(metricsUrl !== undefined && { metricsUrl }),
    processes: servers.map(processRecord),
    model: plan.model,
    ...(image !== undefined && { image: { name: image, ...(imageDigest !== undefined && { digest: imageDigest }) } }),
    ...(leftOut && {
      leftOut: leftOut.map(({ node, reason }) => ({ node: printable(node, 253), reason: printable(reason, 1_000) })),
    }),
    state: folder.path,
    logFile: front.server.handle.logFile,
    phasesMs,
  }
}

function processRecord({ name, endpoint: { url }, copy: { planned } }: LaunchedServer): LaunchedProcess {
  const { role, metricsPath, gpus } = planned
  return { name, role, url, ...(metricsPath !== undefined && { metricsUrl: url + metricsPath }), gpus }
}

/** A label is drawn, but for one that the user has named: what carries it already would be ended with this launch. */
async function refuseOwned(label: string, host: Host): Promise<void> {
  if ((await host.countOwned(label)) === 0) return
  throw new LaunchFolderError(
    `another launch of this job is on, with the same label ${label}; give another --attempt, or end it first`,
  )
}

/** The launch that the folder was for before, of which nothing is left. */
async function refuseRunning(folder: LaunchFolder, hosts: Hosts): Promise<ServerRecord | undefined> {
  const before = await folder.server()
  if (before === undefined) return undefined
  const host = hosts(before.host)
  await attachTo(before, folder, host)
  if ((await host.countOwned(before.label)) === 0) return before
  throw new LaunchFolderError(
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
