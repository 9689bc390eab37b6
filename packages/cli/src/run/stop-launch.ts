import type { LaunchEndRecord, ServerEnd, ServerRecord } from '@reprise/launcher'
import { LaunchFolder } from './launch-folder.ts'
import { ownHost } from './launch-job.ts'

/**
 * Ends the server that was launched with this folder, removes everything that carries its label, and writes `launch-end.json`. Done
 * again, it removes what may be left and tells what it told before. Where nothing was launched, nothing is done or written.
 *
 * @throws LaunchError when something cannot be removed; UsageError when the folder is not one of a launch.
 */
export async function stopLaunch(state: string): Promise<LaunchEndRecord> {
  const folder = new LaunchFolder(state)
  const owner = await folder.server()
  if (owner === undefined) return { schema: 'launch-end/1', diedEarly: false, removed: 0 }
  const told = await folder.end()
  const death =
    told === undefined && (await folder.launch()) !== undefined ? await earlyDeath(owner, folder) : undefined
  const { removed } = await ownHost(owner.host).cleanUp(owner.label, { graceS: owner.stopGraceS })
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

/** How a server that was ready has ended meanwhile; undefined while it runs. */
async function earlyDeath({ label, host, server }: ServerRecord, folder: LaunchFolder): Promise<ServerEnd | undefined> {
  return server && ownHost(host).endOf({ label, host, ...server, logFile: folder.logFile })
}
