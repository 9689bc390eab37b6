import { printable } from '@reprise/safe-text'
import { untilIdle } from '../host/device-gate.ts'
import type { Host, ServerEnd } from '../host/host.ts'
import { LaunchError } from '../plan/launch-error.ts'
import type { LaunchEndRecord, ServerRecord } from '../record/launch-record.ts'
import { attachTo, handlesOf } from './attach-to.ts'
import type { Hosts } from './host-for.ts'
import { LaunchFolder } from './launch-folder.ts'
import { LaunchFolderError } from './launch-folder-error.ts'

/** A driver may take so long to give memory back. */
const drainMs = 20_000

/**
 * Ends the server that was launched with this folder, removes everything that carries its label, and writes `launch-end.json`. Done
 * again, it removes what may be left and tells what it told before. Where nothing was launched, nothing is done or written.
 *
 * @throws LaunchError when something cannot be removed; LaunchFolderError when the folder is not one of a launch.
 */
export async function stopLaunch(state: string, hosts: Hosts): Promise<LaunchEndRecord> {
  const folder = new LaunchFolder(state)
  const owner = await folder.server()
  if (owner === undefined) return { schema: 'launch-end/1', diedEarly: false, removed: 0 }
  const host = hosts(owner.host)
  await attachTo(owner, folder, host)
  const told = await unlessBroken(folder.end(), undefined)
  const wasReady = await unlessBroken(
    folder.launch().then((launch) => launch !== undefined),
    true,
  )
  const death = told === undefined && wasReady ? await earlyDeath(owner, folder, host) : undefined
  const { removed } = await host.cleanUp(owner.label, { graceS: owner.stopGraceS })
  const devicesInUse = told === undefined && wasReady ? await usedBy(owner) : undefined
  if (told !== undefined) return { ...told, removed }
  const end: LaunchEndRecord = {
    schema: 'launch-end/1',
    label: owner.label,
    diedEarly: death !== undefined,
    ...death,
    ...(devicesInUse !== undefined && { devicesInUse }),
    removed,
  }
  await folder.write('end', end)
  return end
}

/** How the first process that has ended meanwhile did, of a launch that was ready; undefined while all run. */
async function earlyDeath(owner: ServerRecord, folder: LaunchFolder, host: Host): Promise<ServerEnd | undefined> {
  for (const handle of handlesOf(owner, folder)) {
    const end = await host.endOf(handle)
    if (end) return end
  }
  return undefined
}

/** In one line; undefined where they are idle again, or none of this machine were occupied. */
async function usedBy({ devices, stopGraceS }: ServerRecord): Promise<string | undefined> {
  if (!devices) return undefined
  try {
    await untilIdle(devices, { phase: 'stop', patienceMs: Math.max(drainMs, stopGraceS * 1_000) })
    return undefined
  } catch (error) {
    if (error instanceof LaunchError) return printable(error.message, 2_000)
    throw error
  }
}

/** A record that somebody was killed over must not keep the server alive: the label is all that is needed to end it. */
async function unlessBroken<T>(record: Promise<T>, instead: T): Promise<T> {
  try {
    return await record
  } catch (error) {
    if (error instanceof LaunchFolderError) return instead
    throw error
  }
}
