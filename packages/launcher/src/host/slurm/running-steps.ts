import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { judgeEnd, stateFromClient } from '../../slurm/judge-slurm.ts'
import { isOver } from '../../slurm/slurm-job.ts'
import type { RunningServer, ServerEnd, ServerHandle } from '../host.ts'
import { jobById } from './jobs-of.ts'
import { readTail } from './read-tail.ts'

/** The clients of Slurm that hold the steps of one server, one for each of its nodes, as processes of this machine. */
export type StepClients = readonly RunningServer[]

/** The log of the client that holds the step on a node; what the server itself writes is in its own. */
export function clientLogOf(logFile: string, rank: number): string {
  return rank === 0 ? `${logFile}.srun` : `${logFile}.srun-${rank}`
}

/** What finds a server again: its job, and its clients. */
export function idOf(jobId: number, clients: readonly string[]): string {
  return [jobId, ...clients].join('.')
}

/** Undefined where it is no such id. */
export function readId(id: string): { readonly jobId: number; readonly clients: readonly string[] } | undefined {
  const [jobId, ...clients] = id.split('.')
  return Number(jobId) > 0 && clients.length > 0 ? { jobId: Number(jobId), clients } : undefined
}

/** A server whose steps are held by these clients: it has ended as soon as one of them has. */
export function runningSteps(handle: ServerHandle, clients: StepClients): RunningServer {
  const ended = Promise.race(clients.map((client, rank) => client.ended.then((end) => explainEnd(handle, end, rank))))
  return { handle, ended, isRunning: () => clients.every((client) => client.isRunning()) }
}

/**
 * How the server ended, from how its client did: a client ends with 0 when a node fails, and with 128 and more when a signal has ended
 * the server. Where the allocation came to its end, that is the cause.
 */
export async function explainEnd({ id, logFile }: ServerHandle, end: ServerEnd, rank: number): Promise<ServerEnd> {
  const jobId = readId(id)?.jobId
  const said = readTail(clientLogOf(logFile, rank))
  const isOwn = end.exitCode !== undefined && !interfered.test(said)
  const cause = jobId === undefined || isOwn ? undefined : await causeOf(jobId, said)
  if (cause !== undefined) return { cause }
  const signal = signalOf(end.exitCode)
  return signal !== undefined && /: task \d+: (?!Exited)/.test(said) ? { signal } : end
}

/** Words of a client whose step did not end by itself. */
const interfered = /Job step aborted|Force Terminated|CANCELLED|Node failure|DUE TO /i
/** A job that is ended completes for a while, and only then says why. */
const patienceMs = 20_000
const pollMs = 500

async function causeOf(jobId: number, said: string): Promise<string | undefined> {
  const state = stateFromClient(said)
  if (state !== undefined) return judgeEnd({ id: jobId, states: [state] })
  for (const endMs = performance.now() + patienceMs; ; ) {
    const job = await jobById(jobId).catch(() => undefined)
    if (!job) return undefined
    if (isOver(job)) return judgeEnd(job)
    if (performance.now() > endMs) return undefined
    await sleep(pollMs, undefined, { ref: false })
  }
}

function signalOf(exitCode = 0): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)?.[0]
}
