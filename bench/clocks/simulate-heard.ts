import type { EngineConfig } from '@reprise/engine-sim'
import { EngineTarget } from '@reprise/engine-sim/in-process'
import { VirtualClock } from '@reprise/replay-engine/clock'
import type { ClientReply } from './client-reply.ts'
import { type DatedRequest, playOpen } from './play-open.ts'

/**
 * What the engine model, in process and on its own time, makes of requests that come at given instants, by their names: what a server that
 * heard them then has to have made of them, since nothing of a client, a connection or a timer is left between the two.
 *
 * @throws Error where the engine refuses one.
 */
export function simulateHeard(
  engine: EngineConfig,
  heard: readonly DatedRequest[],
): Promise<ReadonlyMap<string, ClientReply>> {
  const clock = new VirtualClock()
  return clock.run(() => playOpen(heard, { clock, target: new EngineTarget(clock, engine, { everyToken: true }) }))
}
