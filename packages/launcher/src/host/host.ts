import type { LaunchPlan } from '../plan/launch-plan.ts'
import type { HostKind } from '../profile/host-kind.ts'

/** Where servers run: a port with one adapter for each kind. `host.contract.ts` says what every adapter keeps. */
export interface Host {
  readonly kind: HostKind
  /**
   * Starts the plan's command and returns when it exists, not when it is ready. Output goes to `logFile`, whole.
   * The command outlives this process: whoever holds the label may `attach` to it, and must clean it up.
   *
   * @throws LaunchError when it cannot be started at all; the signal's reason when that aborts before it exists: nothing is left of it
   * then, and nothing comes to life later.
   */
  start(plan: ServerCommand, options: StartOptions): Promise<RunningServer>
  /** A server that an earlier process started; undefined when nothing of it is left. */
  attach(handle: ServerHandle): Promise<RunningServer | undefined>
  /** How a server ended, whoever started it; undefined while it runs. */
  endOf(handle: ServerHandle): Promise<ServerEnd | undefined>
  /**
   * Whether it is this server that answers at its port, and nobody else: true or false where the host can tell, and undefined where it
   * cannot, or nothing listens there.
   */
  answersFor(handle: ServerHandle): Promise<boolean | undefined>
  /**
   * Removes everything that carries the label and nothing else: processes and their descendants, containers, allocations. Idempotent.
   * Nothing that carries it is left when this resolves.
   */
  cleanUp(label: string, options: { readonly graceS: number }): Promise<{ readonly removed: number }>
  /** How many things carry the label: 0 when nothing is left. */
  countOwned(label: string): Promise<number>
}

/** What a host has to know of a plan. */
export type ServerCommand = Pick<LaunchPlan, 'label' | 'image' | 'argv' | 'env' | 'mounts' | 'devices' | 'gpus'>

export interface StartOptions {
  readonly logFile: string
  /** `{port}` in the plan's argv and environment becomes this. */
  readonly port: number
  /** Aborted: the server is not wanted any more. */
  readonly signal?: AbortSignal
}

/** What another process needs to find the server again; plain JSON. */
export interface ServerHandle {
  readonly label: string
  readonly host: HostKind
  readonly port: number
  readonly logFile: string
  /** The adapter's own name for it: a process id, a container id, a job id. */
  readonly id: string
}

export interface RunningServer {
  readonly handle: ServerHandle
  /** Resolves when the server has ended by itself or was stopped. Waiting for it keeps no process alive. */
  readonly ended: Promise<ServerEnd>
  /** False as soon as it has ended. */
  readonly isRunning: () => boolean
}

export interface ServerEnd {
  /** Absent when a signal ended it, or when nobody can say. */
  readonly exitCode?: number
  readonly signal?: string
}
