import type { ServerEnd } from '../host/host.ts'
import { LaunchError } from '../plan/launch-error.ts'
import type { LaunchPhase } from '../plan/launch-phase.ts'
import { rootCause } from './root-cause.ts'

/** What is known when a launch fails. */
export interface Circumstances {
  readonly phase: LaunchPhase
  /** Of the process in its launch; `server` where there is one alone. */
  readonly name: string
  /** The last lines of the log, printable. */
  readonly log: readonly string[]
}

/** So many lines of the log go with the error. */
const tailLines = 40

/** The server ended by itself before it was ready: the recipe's doing, unless its log or the signal point at the host. */
export function endedTooEarly(end: ServerEnd, { phase, name, log }: Circumstances): LaunchError {
  if (end.cause !== undefined) {
    const message = `${calledIn(name)} was ended before it was ready: ${shortened(end.cause)}`
    return new LaunchError(message, { failureClass: 'infrastructure', phase, logTail: log.slice(-tailLines) })
  }
  const told = rootCause(log)
  const isHost = told?.by === 'host' || (end.signal !== undefined && sentByOthers.has(end.signal))
  const cause = told === undefined ? '' : `: ${shortened(told.line)}`
  const where = told === undefined ? 'its last lines say why; ' : ''
  const cure = isHost ? hostCure(end.signal) : `${where}mend the flags of the recipe`
  return new LaunchError(`${calledIn(name)} ended ${howItEnded(end)} before it was ready${cause}; ${cure}`, {
    failureClass: isHost ? 'infrastructure' : 'recipe',
    phase,
    logTail: log.slice(-tailLines),
  })
}

/** A line of the log means that it will never be ready. Often another one says why: an engine reports that its worker has failed. */
export function fatalLine(line: string, { phase, name, log }: Circumstances): LaunchError {
  const told = rootCause(log)
  const isHost = told?.by === 'host'
  const because = told === undefined || told.line === line ? '' : `, for ${shortened(told.line)}`
  const cure = isHost ? 'mend the host' : 'mend the recipe, or its fatal patterns if the line is harmless'
  return new LaunchError(
    `the log of ${calledIn(name)} says that it will not be ready: ${shortened(line)}${because}; ${cure}`,
    {
      failureClass: isHost ? 'infrastructure' : 'recipe',
      phase,
      logTail: log.slice(-tailLines),
    },
  )
}

/** A phase took longer than it may. `last` is what the server last answered, if anything. */
export function deadlinePassed(
  deadlineS: number,
  last: string | undefined,
  { phase, name, log }: Circumstances,
): LaunchError {
  const told = rootCause(log.slice(-tailLines))
  const isHost = told?.by === 'host'
  const answered = last === undefined ? '' : `; it last answered ${last}`
  const cure = isHost ? `the host says: ${shortened(told.line)}` : `mend the recipe, or raise its deadline of ${phase}`
  return new LaunchError(`${calledIn(name)} did not get through phase ${phase} in ${deadlineS} s${answered}; ${cure}`, {
    failureClass: isHost ? 'infrastructure' : 'recipe',
    phase,
    logTail: log.slice(-tailLines),
  })
}

/** It is ready, and refuses the first request for good. */
export function warmUpRefused(answer: string, { name, log }: Omit<Circumstances, 'phase'>): LaunchError {
  const message = `${calledIn(name)} is ready but refuses a first request (${answer}); look at the model's name and the flags of the recipe`
  return new LaunchError(message, { failureClass: 'recipe', phase: 'warm', logTail: log.slice(-tailLines) })
}

/** Signals that come from outside: an operator, a scheduler, the kernel short of memory. The others a program earns itself. */
const sentByOthers: ReadonlySet<string> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGBUS', 'SIGXCPU'])

function calledIn(name: string): string {
  return name === 'server' ? 'the server' : name
}

function howItEnded({ exitCode, signal }: ServerEnd): string {
  if (signal !== undefined) return `by ${signal}`
  return exitCode === undefined ? 'by itself' : `by itself with exit code ${exitCode}`
}

function hostCure(signal?: string): string {
  return signal === 'SIGKILL' ? "look for the kernel's out-of-memory killer on the host" : 'mend the host'
}

function shortened(line: string): string {
  return line.length > 300 ? `${line.slice(0, 299)}…` : line
}
