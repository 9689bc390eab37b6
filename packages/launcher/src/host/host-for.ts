import { LaunchError } from '../plan/launch-error.ts'
import type { LaunchPlan } from '../plan/launch-plan.ts'
import type { Host } from './host.ts'
import { type ProcessHostOptions, processHost } from './process-host.ts'

/** Gives the host of a kind. @throws LaunchError for the kinds that this build has none for. */
export type Hosts = (kind: LaunchPlan['host']) => Host

/** The host of a kind. @throws LaunchError for the kinds that this build has none for. */
export function hostFor(kind: LaunchPlan['host'], options: ProcessHostOptions = {}): Host {
  if (kind === 'process') return processHost(options)
  const message = `this build launches on process hosts only, and the profile says ${kind}; print the command with reprise launch plan and start it on such a host yourself, then reprise replay --url`
  throw new LaunchError(message, { failureClass: 'infrastructure', phase: 'start' })
}
