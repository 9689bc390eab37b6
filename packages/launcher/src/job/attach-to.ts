import { join } from 'node:path'
import type { Host, ServerHandle } from '../host/host.ts'
import type { ServerRecord } from '../record/launch-record.ts'
import type { LaunchFolder } from './launch-folder.ts'

/** Lets a host of this process know of what another one has started: some systems do not show whose a process is. */
export async function attachTo(owner: ServerRecord, folder: LaunchFolder, host: Host): Promise<void> {
  for (const handle of handlesOf(owner, folder)) await host.attach(handle)
}

/** What has come to be of a launch, in the order of its start. */
export function handlesOf({ label, host, processes }: ServerRecord, folder: LaunchFolder): ServerHandle[] {
  return processes.map((process) => ({ label, host, ...process, logFile: join(folder.path, `${process.name}.log`) }))
}
