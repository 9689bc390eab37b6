import { readdirSync, readFileSync } from 'node:fs'

/** One process of this machine. */
export interface ProcessEntry {
  readonly pid: number
  readonly parent: number
  readonly session: number
  /** When it was started, in clock ticks since the machine was: with the number it names one process for good. */
  readonly startTicks: number
  /** Environment that it was started with, as `NAME=value`; empty where it may not be read. */
  readonly environment: readonly string[]
}

/** The live processes of a Linux machine, those that only wait to be reaped left out. */
export function readProcessTable(): ProcessEntry[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readProcess(Number(name)) ?? []) : []))
}

/** Undefined when it has ended, or only waits to be reaped. */
export function readProcess(pid: number): ProcessEntry | undefined {
  const stat = readOrNothing(`/proc/${pid}/stat`)
  // The name, in brackets, may itself hold brackets and spaces: what follows the last one is sound.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, parent, , session] = fields
  if (session === undefined || state === 'Z' || state === 'X') return undefined
  const environment = readOrNothing(`/proc/${pid}/environ`).split('\0')
  return { pid, parent: Number(parent), session: Number(session), startTicks: Number(fields[19]), environment }
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
