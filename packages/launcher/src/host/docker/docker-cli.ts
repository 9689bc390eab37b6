import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LaunchError } from '../../plan/launch-error.ts'
import type { LaunchPhase } from '../../plan/launch-phase.ts'
import type { LaunchOwner } from '../launch-owner.ts'
import { labelVariable, ownerVariable } from '../owned-processes.ts'

/** More of an answer is not kept. Characters of each stream. */
const maxAnswer = 4 * 1024 * 1024

export interface DockerAnswer {
  /** Absent where the client was ended. */
  readonly exitCode?: number
  readonly stdout: string
  readonly stderr: string
}

export interface DockerOptions {
  /** Whoever it is done for: the client says so, and is found by it when its launcher was killed. */
  readonly owner?: LaunchOwner
  /** Aborted: the client is ended, and the answer has no exit code. */
  readonly signal?: AbortSignal
  /** A daemon that does not answer in that time hangs. */
  readonly deadlineMs: number
  /** What the container's environment is to hold beside its words: read by the client from a file that has no name. */
  readonly environment?: Readonly<Record<string, string>>
  /** Called with each line that the client writes, as it comes. */
  readonly onLine?: (line: string) => void
}

/** Runs the Docker client with exact words and no shell. Never rejects: a client that is missing has no exit code either. */
export async function runDocker(words: readonly string[], options: DockerOptions): Promise<DockerAnswer> {
  const { owner, signal, deadlineMs, environment, onLine } = options
  const fd = environment && openNameless(environment)
  try {
    return await new Promise((resolve) => {
      const answer = { stdout: '', stderr: '' }
      const child = spawn('docker', words, {
        stdio: ['ignore', 'pipe', 'pipe', ...(fd === undefined ? [] : [fd])],
        env: clientEnvironment(owner),
        // Not of our group: a Ctrl-C of the terminal is for us to answer.
        detached: true,
      })
      const kill = () => killGroup(child.pid)
      const timer = setTimeout(kill, deadlineMs)
      signal?.addEventListener('abort', kill, { once: true })
      if (signal?.aborted) kill()
      for (const name of ['stdout', 'stderr'] as const)
        child[name]!.setEncoding('utf8').on('data', (text: string) => {
          answer[name] = (answer[name] + text).slice(-maxAnswer)
          if (onLine) for (const line of text.split(/[\r\n]+/)) if (line.trim() !== '') onLine(line.trim())
        })
      const done = (exitCode: number | null) => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', kill)
        resolve({ ...answer, ...(exitCode !== null && { exitCode }) })
      }
      child.on('error', ({ message }) => {
        answer.stderr += message
        done(null)
      })
      child.on('close', done)
    })
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** The client, and whatever it has started itself. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // it has ended
  }
}

/** Where the daemon is and how it is reached, and nothing else of this process's environment. */
export function clientEnvironment(owner?: LaunchOwner): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'XDG_RUNTIME_DIR', 'DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG']
  const own = [...names, 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH', 'SSH_AUTH_SOCK'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const whose = owner ? { [labelVariable]: owner.label, [ownerVariable]: JSON.stringify(owner) } : {}
  return { ...Object.fromEntries(own), ...whose }
}

/** What the client could not do, for whoever has the host. */
export function dockerFailure(
  what: string,
  { exitCode, stderr }: DockerAnswer,
  phase: LaunchPhase | 'stop',
): LaunchError {
  const told = stderr
    .trim()
    .split('\n')
    .findLast((line) => line.trim() !== '')
    ?.replace(/^docker: /, '')
  const hangs = 'it gave no answer; look whether its daemon runs (docker info)'
  const missing = 'is it installed, and on the PATH?'
  const why = /ENOENT/.test(stderr) ? missing : exitCode === undefined ? hangs : (told ?? `exit code ${exitCode}`)
  return new LaunchError(`docker could not ${what}: ${why.slice(0, 1_000)}`, { failureClass: 'infrastructure', phase })
}

/** A file that only we have, gone before anything is written to it: nothing of it is left whenever we are killed. */
function openNameless(environment: Readonly<Record<string, string>>): number {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-env-'))
  const file = join(folder, 'env')
  const fd = openSync(file, 'wx+', 0o600)
  rmSync(folder, { recursive: true, force: true })
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`)
  // At its place, so that whoever reads it through the same descriptor begins at the beginning.
  writeSync(fd, Buffer.from(lines.join('')), 0, undefined, 0)
  return fd
}
