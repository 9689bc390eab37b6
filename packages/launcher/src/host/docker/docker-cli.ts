import { spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { LaunchError } from '../../plan/launch-error.ts'
import type { LaunchPhase } from '../../plan/launch-phase.ts'
import type { LaunchOwner } from '../launch-owner.ts'
import { labelVariable, ownerVariable } from '../owned-processes.ts'
import { openNameless, readFrom } from './nameless-file.ts'

/** More of an answer is not kept. Characters of each stream. */
const maxAnswer = 4 * 1024 * 1024
/** How often the words of a client that outlives us are looked for. */
const lookMs = 250

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
  /**
   * Its words go to files that have no name, and not to us: a client whose launcher is killed goes on to its end, where a pipe would break
   * under it.
   */
  readonly outlives?: boolean
}

/** Runs the Docker client with exact words and no shell. Never rejects: a client that is missing has no exit code either. */
export async function runDocker(words: readonly string[], options: DockerOptions): Promise<DockerAnswer> {
  const { owner, signal, deadlineMs, environment, onLine, outlives } = options
  const open: number[] = []
  const nameless = (text?: string) => open[open.push(openNameless(text)) - 1]!
  try {
    const given = environment && nameless(linesOf(environment))
    const sinks = outlives ? { stdout: nameless(), stderr: nameless() } : undefined
    return await new Promise((resolve) => {
      const answer = { stdout: '', stderr: '' }
      const child = spawn('docker', words, {
        stdio: ['ignore', sinks?.stdout ?? 'pipe', sinks?.stderr ?? 'pipe', ...(given === undefined ? [] : [given])],
        env: clientEnvironment(owner),
        // Not of our group: a Ctrl-C of the terminal is for us to answer.
        detached: true,
      })
      const kill = () => killGroup(child.pid)
      const timer = setTimeout(kill, deadlineMs)
      signal?.addEventListener('abort', kill, { once: true })
      if (signal?.aborted) kill()
      const take = (name: 'stdout' | 'stderr') => (text: string) => {
        answer[name] = (answer[name] + text).slice(-maxAnswer)
        if (onLine) for (const line of text.split(/[\r\n]+/)) if (line.trim() !== '') onLine(line.trim())
      }
      for (const name of ['stdout', 'stderr'] as const) child[name]?.setEncoding('utf8').on('data', take(name))
      const followers = sinks ? [follower(sinks.stdout, take('stdout')), follower(sinks.stderr, take('stderr'))] : []
      const looks = sinks && setInterval(() => followers.map((follow) => follow()), lookMs)
      const done = (exitCode: number | null) => {
        clearTimeout(timer)
        clearInterval(looks)
        signal?.removeEventListener('abort', kill)
        // Once: after a client that cannot be started there is another end, and then the files are closed.
        for (const follow of followers.splice(0)) follow()
        resolve({ ...answer, ...(exitCode !== null && { exitCode }) })
      }
      child.on('error', ({ message }) => {
        answer.stderr += message
        done(null)
      })
      child.on('close', done)
    })
  } finally {
    for (const fd of open) closeSync(fd)
  }
}

/** Takes what a file has got since it was last called. */
function follower(fd: number, take: (text: string) => void): () => void {
  const decoder = new StringDecoder('utf8')
  const seen = { bytes: 0 }
  return () => {
    for (let bytes = readFrom(fd, seen.bytes); bytes.length > 0; bytes = readFrom(fd, seen.bytes)) {
      seen.bytes += bytes.length
      take(decoder.write(bytes))
    }
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

function linesOf(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
