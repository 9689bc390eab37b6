import { dockerHost } from '../host/docker/docker-host.ts'
import type { Host } from '../host/host.ts'
import { type ProcessHostOptions, processHost } from '../host/process-host.ts'
import { slurmHost } from '../host/slurm/slurm-host.ts'
import type { HostKind } from '../profile/host-kind.ts'

/** Gives the host of a kind. */
export type Hosts = (kind: HostKind) => Host

const adapters: Record<HostKind, (options: ProcessHostOptions) => Host> = {
  process: processHost,
  docker: () => dockerHost(),
  slurm: slurmHost,
}

/** The host of a kind. */
export function hostFor(kind: HostKind, options: ProcessHostOptions = {}): Host {
  return adapters[kind](options)
}
