import { join } from 'node:path'
import type { Host, Place } from '../host/host.ts'
import { processHost } from '../host/process-host.ts'
import { cleanUpAfter, type FakeChanges, fakePlan, scratchFolder } from '../testing/launch-plan.fixture.ts'
import { type LaunchOptions, launch } from './launch.ts'

/** Deadlines in seconds that a test can wait for. */
export const short = { start: 10, load: 10, ready: 1, warm: 1 }

/** Launches the fake server, which is ended with the test. */
export function bringUp(
  deeds: readonly string[],
  changes: FakeChanges = {},
  options: Omit<LaunchOptions, 'folder'> = {},
  host: Host = processHost(),
) {
  const plan = fakePlan(deeds, changes)
  const folder = scratchFolder()
  cleanUpAfter(host, plan.label)
  return { host, plan, logFile: join(folder, 'server.log'), launched: launch(plan, host, { folder, ...options }) }
}

/** A host that starts processes in another way. */
export function startingAs(host: Host, change: (start: Place['start']) => Place['start']): Host {
  const prepare: Host['prepare'] = async (plan, options) => {
    const place = await host.prepare(plan, options)
    return { ...place, start: change(place.start) }
  }
  return { ...host, prepare }
}
