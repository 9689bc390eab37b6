import type { Address } from '../plan/fill-command.ts'
import type { LaunchPlan } from '../plan/launch-plan.ts'
import type { ProcessCopy, Role } from '../plan/planned-process.ts'
import type { HostKind } from '../profile/host-kind.ts'
import type { LaunchOwner } from './launch-owner.ts'

/** Where servers run: a port with one adapter for each kind. `host.contract.ts` says what every adapter keeps. */
export interface Host {
  readonly kind: HostKind
  /**
   * Makes the place where a plan's processes can be started, with all that has to be there before the first of them: nodes, the image.
   * All that takes time runs inside `during`, which holds it to its deadline.
   *
   * @throws LaunchError when it cannot; the signal's reason when that aborts. What has been made carries the label, and nothing comes to
   * be later.
   */
  prepare(plan: LaunchPlan, options: PrepareOptions): Promise<Place>
  /** A process that an earlier one started; undefined when nothing of it is left. */
  attach(handle: ServerHandle): Promise<RunningServer | undefined>
  /** How a process ended, whoever started it; undefined while it runs. */
  endOf(handle: ServerHandle): Promise<ServerEnd | undefined>
  /**
   * Whether it is this process that answers at its address, and nobody else: true or false where the host can tell, and undefined where it
   * cannot, or nothing listens there.
   */
  answersFor(handle: ServerHandle): Promise<boolean | undefined>
  /**
   * Removes everything that carries the label and nothing else: processes and their descendants, containers, allocations. Idempotent.
   * Nothing that carries it is left when this resolves.
   *
   * @throws LaunchError of phase `stop` that names what cannot be removed.
   */
  cleanUp(label: string, options: { readonly graceS: number }): Promise<{ readonly removed: number }>
  /** How many things carry the label: 0 when nothing is left. */
  countOwned(label: string): Promise<number>
  /**
   * The launches of which something is left here, whoever started them, found by what everything that they have created says. One that a
   * killed launcher has left is told by `isOrphan`.
   */
  owned(): Promise<readonly LaunchOwner[]>
}

export interface PrepareOptions {
  /** What everything says that is created for this launch. */
  readonly owner: LaunchOwner
  readonly during: During
  /** Aborted: nothing of it is wanted any more. */
  readonly signal?: AbortSignal
}

/** Runs a part of the preparation as a phase: measured, held to its deadline, and told while it lasts. */
export type During = <T>(
  phase: 'queue' | 'pull' | 'start',
  run: (at: { readonly signal: AbortSignal; readonly tell: (detail: string) => void }) => Promise<T>,
) => Promise<T>

/** A node that got no server, and why. */
export interface LeftOut {
  readonly node: string
  readonly reason: string
}

/** Where the processes of one launch can be started. */
export interface Place {
  /** The image that they run in, as the host knows it: what a tag stands for may change. Absent where there is none, or nobody can say. */
  readonly imageDigest?: string
  /** What the host would have taken for it, and found unfit. Absent where it does not choose. */
  readonly leftOut?: readonly LeftOut[]
  /** Where a process will listen. @throws LaunchError when the port that it must have is taken. */
  addressOf(copy: ProcessCopy): Promise<Address>
  /**
   * Starts a process and returns when it exists, not when it is ready. Output goes to `logFile`. The process outlives this one: whoever
   * holds the label may `attach` to it, and must clean it up.
   *
   * @throws LaunchError when it cannot be started at all; the signal's reason when that aborts before it exists: nothing is left of it
   * then, and nothing comes to life later.
   */
  start(copy: ProcessCopy, options: StartOptions): Promise<RunningServer>
}

export interface StartOptions {
  readonly logFile: string
  /** One that `addressOf` gave. */
  readonly address: Address
  /** The addresses of what has been placed before it. */
  readonly peers?: Partial<Record<Role, readonly Address[]>>
  /** Aborted: the process is not wanted any more. */
  readonly signal?: AbortSignal
}

/** What another process needs to find the server again; plain JSON. */
export interface ServerHandle {
  readonly label: string
  readonly host: HostKind
  /** Of the copy in its plan. */
  readonly name: string
  readonly address: Address
  readonly logFile: string
  /** The adapter's own name for it: a process id, a container id, a job step. */
  readonly id: string
}

export interface RunningServer {
  readonly handle: ServerHandle
  /** Resolves when the process has ended by itself or was stopped. Waiting for it keeps no process alive. */
  readonly ended: Promise<ServerEnd>
  /** False as soon as it has ended. */
  readonly isRunning: () => boolean
}

export interface ServerEnd {
  /** Absent when a signal ended it, or when nobody can say. */
  readonly exitCode?: number
  readonly signal?: string
  /** What ended it from outside, where the host knows: its allocation was over, a node failed. For its operator. */
  readonly cause?: string
}
