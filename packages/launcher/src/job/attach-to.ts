import type { Host, ServerHandle } from '../host/host.ts'
import type { ServerRecord } from '../record/launch-record.ts'
import type { LaunchFolder } from './launch-folder.ts'

/** Lets a host of this process know of a server that another one has started: some systems do not show whose a process is. */
export async function attachTo(owner: ServerRecord, folder: LaunchFolder, host: Host): Promise<void> {
  const handle = handleOf(owner, folder)
  if (handle) await host.attach(handle)
}

/** Undefined where the server never came to be. */
export function handleOf({ label, host, server }: ServerRecord, folder: LaunchFolder): ServerHandle | undefined {
  return server && { label, host, ...server, logFile: folder.logFile }
}
