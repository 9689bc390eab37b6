import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { printable } from '@reprise/safe-text'
import { fillCommand } from '../plan/fill-command.ts'
import { LaunchError } from '../plan/launch-error.ts'
import type { ProcessCopy } from '../plan/planned-process.ts'
import { devicesIdle } from './devices-idle.ts'
import { endProcesses } from './end-processes.ts'
import { localAddresses } from './free-port.ts'
import type { Host, RunningServer, ServerEnd, ServerHandle, StartOptions } from './host.ts'
import { endFileOf, keeperSource } from './keeper.ts'
import type { LaunchOwner } from './launch-owner.ts'
import { labelVariable, ownerVariable } from './owned-processes.ts'
import { type Ownership, ownershipByEnvironment, ownershipByGroup } from './ownership.ts'
import { kinFileOf } from './read-kin.ts'
import { readSecrets, type Secrets } from './read-secrets.ts'
import { readEnd, watchEnd } from './watch-end.ts'

export interface ProcessHostOptions {
  /** Script that the command `reprise` stands for, run with this process's own Node; default: `reprise` is looked up like any other. */
  readonly repriseBin?: string
  /** How processes are told apart; default: the surest way that the system has. */
  readonly ownership?: Ownership
}

/** Servers as plain processes of this machine: any command, and the embedded engine. */
export function processHost(options: ProcessHostOptions = {}): Host {
  const { repriseBin, ownership = process.platform === 'linux' ? ownershipByEnvironment() : ownershipByGroup() } =
    options
  return {
    kind: 'process',
    prepare: async (plan, { owner, during, signal }) => {
      signal?.throwIfAborted()
      const secrets = readSecrets(plan.secretEnv)
      await devicesIdle(plan, during)
      return {
        addressOf: localAddresses(),
        start: async (copy, startOptions) => {
          const handle = await startKeeper(copy, startOptions, { owner, secrets, ownership, repriseBin })
          return runningServer(handle, ownership)
        },
      }
    },
    attach: async (handle) => {
      ownership.recall(handle)
      return ownership.list(handle.label).length > 0 ? runningServer(handle, ownership) : undefined
    },
    endOf: async (handle) => endOf(handle, ownership),
    answersFor: async ({ label, address }) => ownership.listens(label, address.port),
    cleanUp: async (label, { graceS }) => ({ removed: await endProcesses(ownership, label, graceS * 1_000) }),
    countOwned: async (label) => ownership.list(label).length,
    owned: async () => ownership.owners(),
  }
}

interface Seat {
  readonly owner: LaunchOwner
  readonly secrets: Secrets
  readonly ownership: Ownership
  readonly repriseBin: string | undefined
}

async function startKeeper(
  copy: ProcessCopy,
  { signal, address, peers, ...options }: StartOptions,
  { owner, secrets, ownership, repriseBin }: Seat,
): Promise<ServerHandle> {
  signal?.throwIfAborted()
  const { label } = owner
  const logFile = resolve(options.logFile)
  const [endFile, kinFile] = [endFileOf(logFile), kinFileOf(logFile)]
  const { argv, env } = fillCommand(copy.planned, { address, ...(peers && { peers }) })
  const log = openLog(logFile, [endFile, kinFile])
  try {
    const keeper = spawn(process.execPath, ['-e', keeperSource, endFile, kinFile, ...command(argv, repriseBin)], {
      // A session of its own: no Ctrl-C of the terminal reaches it, and it outlives this process. It holds the log itself.
      detached: true,
      stdio: ['ignore', log, log, 'pipe'],
      env: environment({ ...env, ...secrets }, owner),
    })
    // Told by the words that do not come.
    keeper.on('error', () => {})
    keeper.unref()
    const handle = { label, host: 'process', name: copy.name, address, logFile, id: String(keeper.pid) } as const
    if (keeper.pid !== undefined) ownership.note(handle)
    const told = await firstWords(keeper.stdio[3] as Readable, signal)
    if (signal?.aborted) {
      await endProcesses(ownership, label, 0)
      throw signal.reason
    }
    if (told !== 'started') throw cannotStart(argv, told)
    return handle
  } finally {
    closeSync(log)
  }
}

/** What an earlier server has left beside the log is no word of this one. */
function openLog(logFile: string, leftovers: readonly string[]): number {
  try {
    for (const file of leftovers) rmSync(file, { force: true })
    return openSync(logFile, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW)
  } catch (error) {
    const message = `the log ${printable(logFile, 300)} cannot be written (${(error as NodeJS.ErrnoException).code})`
    throw new LaunchError(message, { failureClass: 'infrastructure', phase: 'start' })
  }
}

function command(words: readonly string[], repriseBin?: string): readonly string[] {
  return words[0] === 'reprise' && repriseBin !== undefined ? [process.execPath, repriseBin, ...words.slice(1)] : words
}

/** What a server needs to find its way, and the plan's; nothing else of this process's environment, which may hold secrets. */
function environment(planned: Readonly<Record<string, string>>, owner: LaunchOwner): Record<string, string> {
  const own = ['PATH', 'HOME', 'LANG', 'TMPDIR'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const whose = { [labelVariable]: owner.label, [ownerVariable]: JSON.stringify(owner) }
  return { ...Object.fromEntries(own), ...planned, ...whose }
}

/** Empty when the keeper died before it said anything, and where nobody waits for it any more. */
async function firstWords(pipe: Readable, signal?: AbortSignal): Promise<string> {
  let text = ''
  pipe.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  try {
    await once(pipe, 'close', { ...(signal && { signal }) })
  } catch {
    pipe.destroy()
  }
  return text
}

function cannotStart([file]: readonly string[], code: string): LaunchError {
  const cure = code === 'ENOENT' ? 'install it, or put it on the PATH of this host' : 'look at the file on this host'
  const message = `${printable(file ?? '', 200)} cannot be started (${printable(code, 60) || 'no reason told'}); ${cure}`
  return new LaunchError(message, { failureClass: 'infrastructure', phase: 'start' })
}

/** As its keeper wrote it; `{}` when the keeper was ended before it could. */
function endOf(handle: ServerHandle, ownership: Ownership): ServerEnd | undefined {
  const { logFile } = handle
  // Looked at once more: it may have ended between the two looks.
  return readEnd(endFileOf(logFile)) ?? (ownership.holds(handle) ? undefined : (readEnd(endFileOf(logFile)) ?? {}))
}

function runningServer(handle: ServerHandle, ownership: Ownership): RunningServer {
  const find = () => endOf(handle, ownership)
  return { handle, ended: watchEnd(find), isRunning: () => find() === undefined }
}
