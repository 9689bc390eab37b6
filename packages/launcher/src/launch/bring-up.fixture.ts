import { join } from 'node:path'
import type { Host } from '../host/host.ts'
import { processHost } from '../host/process-host.ts'
import type { LaunchPlan } from '../plan/launch-plan.ts'
import { cleanUpAfter, fakePlan, scratchFolder } from '../testing/launch-plan.fixture.ts'
import { type LaunchOptions, launch } from './launch.ts'

/** Deadlines in seconds that a test can wait for. */
export const short = { start: 10, load: 10, ready: 1, warm: 1 }

/** Launches the fake server, which is ended with the test. */
export function bringUp(
  deeds: readonly string[],
  changes: Partial<LaunchPlan> = {},
  options: Omit<LaunchOptions, 'logFile'> = {},
  host: Host = processHost(),
) {
  const plan = fakePlan(deeds, changes)
  const logFile = join(scratchFolder(), 'server.log')
  cleanUpAfter(host, plan.label)
  return { host, plan, logFile, launched: launch(plan, host, { logFile, ...options }) }
}
