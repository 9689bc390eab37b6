import type { Host } from '../host/host.ts'
import { isOrphan } from '../host/launch-owner.ts'

/**
 * Ends what launchers have left on a host that were killed before they had handed a server over: nobody else will. What is still being
 * launched, and every server that was handed over, is left alone. Returns how many things were removed.
 *
 * @throws LaunchError when something cannot be removed.
 */
export async function endOrphans(host: Host, graceS: number): Promise<number> {
  const labels = new Set((await host.owned()).filter(isOrphan).map(({ label }) => label))
  let count = 0
  for (const label of labels) count += (await host.cleanUp(label, { graceS })).removed
  return count
}
