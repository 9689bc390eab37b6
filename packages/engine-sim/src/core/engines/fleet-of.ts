import type { EngineMaker } from '../engine.ts'
import { Fleet, type FleetEngineMaker } from './fleet.ts'
import { roundRobin } from './round-robin.ts'
import type { RouterMaker } from './router.ts'

/** Makes fleets of so many equal engines, each made by `make`. `router` makes each fleet's own; default round robin. */
export function fleetOf(engines: number, make: EngineMaker, router: RouterMaker = roundRobin): EngineMaker {
  return (config, listener, options) => {
    const one: FleetEngineMaker = (told, more) => make(config, told, { ...options, ...more })
    return new Fleet(
      Array.from({ length: engines }, () => one),
      router(engines),
      listener,
    )
  }
}
