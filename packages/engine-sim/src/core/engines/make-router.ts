import type { RouterConfig } from '../fleet-config.ts'
import { consistentHash } from './consistent-hash.ts'
import { KvRouter, type KvRouterSurroundings } from './kv-router.ts'
import { leastLoaded } from './least-loaded.ts'
import { randomRouter } from './random.ts'
import { roundRobin } from './round-robin.ts'
import type { Router } from './router.ts'
import { sessionAffinity } from './session-affinity.ts'

/** The router that a configuration describes, for so many engines; the one place that knows which there are. */
export function makeRouter(config: RouterConfig, engines: number, surroundings: KvRouterSurroundings): Router {
  switch (config.routing) {
    case 'round-robin':
      return roundRobin(engines)
    case 'random':
      return randomRouter(engines, config)
    case 'least-loaded':
      return leastLoaded(engines)
    case 'session-affinity':
      return sessionAffinity(engines, config)
    case 'consistent-hash':
      return consistentHash(engines, config)
    case 'kv':
      return new KvRouter(engines, config, surroundings)
  }
}
