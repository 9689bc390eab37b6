import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { measuringFlags } from '../../packages/cli/src/terminal/measuring-flags.mjs'

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0

/** Which core the server and the client run on; undefined where processes cannot be pinned. */
export const cores = canPin ? { server: 0, client: 1 } : undefined

/** Starts a TypeScript file, or any module, on a core of its own where the machine allows it; a client with the flags of one that measures. */
export function startNode(side: 'server' | 'client', args: readonly string[], { isPinned = true } = {}): ChildProcess {
  const node = [process.execPath, ...(side === 'client' ? measuringFlags : []), ...args]
  const [command, ...rest] = cores && isPinned ? ['taskset', '-c', String(cores[side]), ...node] : node
  return spawn(command!, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** The project's root folder. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** Path of a file beside this one. */
export function beside(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url))
}

/** Runs a measured process, one of the files here, to its end; returns the JSON value that it prints. */
export async function measure<T>(file: string, request: object, how: { isPinned?: boolean } = {}): Promise<T> {
  const child = startNode('client', [beside(file), JSON.stringify(request)], how)
  const result = await firstLine<T>(child)
  await stop(child)
  return result
}

/** The first line that a process prints, as JSON. @throws Error when it ends before. */
export async function firstLine<T>(child: ChildProcess): Promise<T> {
  const line = once(createInterface({ input: child.stdout! }), 'line').then(([text]) => String(text))
  const end = once(child, 'exit').then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${code} before it said anything`)
  })
  return JSON.parse(await Promise.race([line, end])) as T
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
