import type { EngineMaker, EngineOptions } from '../engine.ts'
import type { EngineConfig } from '../engine-config.ts'
import type { EngineListener } from '../engine-request.ts'
import { Fleet, type FleetEngineMaker } from './fleet.ts'
import { roundRobin } from './round-robin.ts'
import type { RouterMaker } from './router.ts'

/** Makes fleets of so many equal engines, each made by `make`. `router` makes each fleet's own; default round robin. */
export function fleetOf(engines: number, make: EngineMaker, router: RouterMaker = roundRobin) {
  return (config: EngineConfig, listener: EngineListener, options?: EngineOptions): Fleet => {
    const one =
      (engine: string): FleetEngineMaker =>
      (told, more) =>
        make(config, told, {
          ...options,
          ...more,
          ...(options?.steps && { steps: () => options.steps!(engine) }),
        })
    return new Fleet(
      Array.from({ length: engines }, (_, at) => one(String(at))),
      router(engines),
      listener,
    )
  }
}
