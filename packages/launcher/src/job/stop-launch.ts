import type { Host, ServerEnd } from '../host/host.ts'
import type { LaunchEndRecord, ServerRecord } from '../record/launch-record.ts'
import { attachTo, handlesOf } from './attach-to.ts'
import type { Hosts } from './host-for.ts'
import { LaunchFolder } from './launch-folder.ts'
import { LaunchFolderError } from './launch-folder-error.ts'

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
  if (told !== undefined) return { ...told, removed }
  const end: LaunchEndRecord = {
    schema: 'launch-end/1',
    label: owner.label,
    diedEarly: death !== undefined,
    ...death,
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

/** A record that somebody was killed over must not keep the server alive: the label is all that is needed to end it. */
async function unlessBroken<T>(record: Promise<T>, instead: T): Promise<T> {
  try {
    return await record
  } catch (error) {
    if (error instanceof LaunchFolderError) return instead
    throw error
  }
}
