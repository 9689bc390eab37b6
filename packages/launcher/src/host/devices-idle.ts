import { deviceClaim } from '../devices/device-claim.ts'
import type { LaunchPlan } from '../plan/launch-plan.ts'
import { untilIdle } from './device-gate.ts'
import type { During } from './host.ts'

/** What a launch before this one has used may still be given back. */
const drainMs = 20_000

/** The last that a host of one machine does before it starts: nobody else is on the accelerators of the plan. @throws LaunchError when somebody is */
export async function devicesIdle(plan: LaunchPlan, during: During): Promise<void> {
  const claim = deviceClaim(plan)
  if (!claim) return
  await during('start', ({ signal, tell }) => {
    tell('waiting until the GPUs are idle')
    const patienceMs = Math.min(drainMs, plan.deadlinesS.start * 500)
    return untilIdle(claim, { phase: 'start', patienceMs, signal })
  })
}
