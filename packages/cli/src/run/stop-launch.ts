import type { Host, LaunchEndRecord, ServerEnd, ServerRecord } from '@reprise/launcher'
import { UsageError } from '../exit-codes.ts'
import { LaunchFolder } from './launch-folder.ts'
import { attachTo, handleOf, ownHost } from './launch-job.ts'

/**
 * Ends the server that was launched with this folder, removes everything that carries its label, and writes `launch-end.json`. Done
 * again, it removes what may be left and tells what it told before. Where nothing was launched, nothing is done or written.
 *
 * @throws LaunchError when something cannot be removed; UsageError when the folder is not one of a launch.
 */
export async function stopLaunch(
  state: string,
  hostOf: (kind: ServerRecord['host']) => Host = ownHost,
): Promise<LaunchEndRecord> {
  const folder = new LaunchFolder(state)
  const owner = await folder.server()
  if (owner === undefined) return { schema: 'launch-end/1', diedEarly: false, removed: 0 }
  const host = hostOf(owner.host)
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

/** How a server that was ready has ended meanwhile; undefined while it runs. */
async function earlyDeath(owner: ServerRecord, folder: LaunchFolder, host: Host): Promise<ServerEnd | undefined> {
  const handle = handleOf(owner, folder)
  return handle && host.endOf(handle)
}

/** A record that somebody was killed over must not keep the server alive: the label is all that is needed to end it. */
async function unlessBroken<T>(record: Promise<T>, instead: T): Promise<T> {
  try {
    return await record
  } catch (error) {
    if (error instanceof UsageError) return instead
    throw error
  }
}
