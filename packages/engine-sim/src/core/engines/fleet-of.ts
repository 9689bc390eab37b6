import type { EngineMaker } from '../engine.ts'
import type { EngineListener } from '../engine-request.ts'
import { Fleet, type Router } from './fleet.ts'
import { makeEngine } from './make-engine.ts'
import { roundRobin } from './round-robin.ts'

/** Makes fleets of so many equal engines, in the place of `makeEngine`. `router` makes each fleet's own; default round robin. */
export function fleetOf(engines: number, router: () => Router = roundRobin): EngineMaker {
  return (config, listener, options) => {
    const make = (told: EngineListener) => makeEngine(config, told, options)
    return new Fleet(
      Array.from({ length: engines }, () => make),
      router(),
      listener,
    )
  }
}
