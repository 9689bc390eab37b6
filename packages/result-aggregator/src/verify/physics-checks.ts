import type { CheckName } from '../result/verification.ts'
import { cacheCeiling } from './checks/cache-ceiling.ts'
import { energy } from './checks/energy.ts'
import { fleetSpeed } from './checks/fleet-speed.ts'
import { littlesLaw } from './checks/littles-law.ts'
import { repeats } from './checks/repeats.ts'
import { replySizes } from './checks/reply-sizes.ts'
import { serverLatency } from './checks/server-latency.ts'
import { serverLoad } from './checks/server-load.ts'
import { serverTokens } from './checks/server-tokens.ts'
import { streamSpeed } from './checks/stream-speed.ts'
import { thinkTimes } from './checks/think-times.ts'
import type { PhysicsCheck } from './evidence/verify-evidence.ts'

/** What the world allows a run whose records fit their plan. */
export const physicsChecks: Readonly<Partial<Record<CheckName, PhysicsCheck>>> = {
  'think-times': thinkTimes,
  repeats,
  'littles-law': littlesLaw,
  'reply-sizes': replySizes,
  'stream-speed': streamSpeed,
  'fleet-speed': fleetSpeed,
  energy,
  'cache-ceiling': cacheCeiling,
  'server-load': serverLoad,
  'server-tokens': serverTokens,
  'server-latency': serverLatency,
}
