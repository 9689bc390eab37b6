import type { LaunchPhase } from './launch-phase.ts'

/** Who can do something about it: `infrastructure` is the host, its ports, disks, images; `recipe` is what the recipe says. */
export type LaunchFailureClass = 'infrastructure' | 'recipe'

/** A server was not brought up. The operator of the host, or the recipe's author, can act on it. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError'
  readonly failureClass: LaunchFailureClass
  readonly phase: LaunchPhase | 'stop'
  /** Last lines of the server's log, printable; empty when there are none. */
  readonly logTail: readonly string[]

  constructor(
    message: string,
    details: {
      readonly failureClass: LaunchFailureClass
      readonly phase: LaunchPhase | 'stop'
      readonly logTail?: readonly string[]
    },
  ) {
    super(message)
    this.failureClass = details.failureClass
    this.phase = details.phase
    this.logTail = details.logTail ?? []
  }
}
