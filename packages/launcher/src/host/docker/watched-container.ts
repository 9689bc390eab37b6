import { readFileSync } from 'node:fs'
import type { RunningServer, ServerEnd, ServerHandle } from '../host.ts'
import { endFileOf } from '../keeper.ts'
import { readEnd } from '../watch-end.ts'
import { clients, stateOf } from './containers.ts'

const pollMs = 100
/** The daemon is asked less often: only where the keeper of the log has ended without a word. */
const askEveryMs = 5_000

export interface WatchedContainer extends RunningServer {
  /** How it ended; undefined while it runs. */
  readonly look: () => Promise<ServerEnd | undefined>
}

/** A container whose end is known by what the keeper of its log wrote, or else by asking the daemon. */
export function watchedContainer(handle: ServerHandle): WatchedContainer {
  const seen: { end: ServerEnd | undefined } = { end: undefined }
  const keep = (end: ServerEnd | undefined) => {
    seen.end = end
    return end
  }
  const told = () => seen.end ?? keep(readEnd(endFileOf(handle.logFile)))
  const look = async () => told() ?? keep(await askDaemon(handle))
  const ended = new Promise<ServerEnd>((resolve) => {
    let askedMs = performance.now()
    const check = async () => {
      const isDue = performance.now() - askedMs >= askEveryMs
      if (isDue) askedMs = performance.now()
      // A daemon that does not answer has not said that it ended.
      const end = told() ?? (isDue ? await look().catch(() => undefined) : undefined)
      if (end) resolve(end)
      else setTimeout(check, pollMs).unref()
    }
    void check()
  })
  return { handle, ended, isRunning: () => told() === undefined, look }
}

/** Whether the keeper of its log is still at work: of a log that came fast it reads on when the container has long ended. */
function isKept({ label, logFile }: ServerHandle): boolean {
  return clients()
    .list(label)
    .some((pid) => wordsOf(pid).includes(endFileOf(logFile)))
}

/** Empty where it has ended, or nobody can tell. */
function wordsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}

/** `{}` when nothing of it is left, and undefined while it runs, or its keeper is about to write. */
async function askDaemon(handle: ServerHandle): Promise<ServerEnd | undefined> {
  const { id, logFile } = handle
  const state = await stateOf(id)
  if (state?.Running || isKept(handle)) return undefined
  // It may have ended between the two looks.
  return readEnd(endFileOf(logFile)) ?? (state && state.Status !== 'created' ? { exitCode: state.ExitCode } : {})
}
