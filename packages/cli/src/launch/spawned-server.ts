import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const Listening = z.object({ url: z.url(), monotonicOriginMs: z.number() })

export interface SpawnedServer {
  readonly url: string
  /** Where the origin of its instants lies on the machine's monotonic clock. */
  readonly monotonicOriginMs: number
  readonly stop: () => Promise<void>
}

/** The embedded engine could not be started, or ended too early: the operator of the host acts. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError'
}

/**
 * `reprise serve` in a process of its own, so that the engine's work does not delay the client's clock.
 *
 * @throws ServerStartError when it ends or stays silent before it listens.
 */
export async function startSpawnedServer(options: { args: readonly string[] }): Promise<SpawnedServer> {
  const bin = fileURLToPath(new URL('../../bin/reprise.mjs', import.meta.url))
  const child = spawn(process.execPath, [bin, 'serve', '--port', '0', '--json', ...options.args], {
    // The channel tells the server when this process dies.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A Ctrl-C on the terminal reaches the whole group: the server must last until the run has drained.
    detached: true,
  })
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
  }
  try {
    return { ...(await listening(child)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const startTimeoutMs = 20_000

function listening(child: ChildProcess): Promise<z.infer<typeof Listening>> {
  const log: string[] = []
  child.stderr!.setEncoding('utf8').on('data', (text: string) => log.push(text))
  return new Promise((resolve, reject) => {
    const fail = (what: string) =>
      reject(
        new ServerStartError(`the embedded engine ${what}. Its last words: ${log.join('').slice(-500) || '(none)'}`),
      )
    const timer = setTimeout(() => fail(`did not listen within ${startTimeoutMs / 1_000} s`), startTimeoutMs)
    child.once('error', (error) => fail(`could not be started: ${error.message}`))
    child.once('exit', (code) => fail(`ended with exit code ${code} before it listened`))
    createInterface({ input: child.stdout! }).once('line', (line) => {
      clearTimeout(timer)
      try {
        resolve(Listening.parse(JSON.parse(line)))
      } catch {
        fail(`said something else than its address: ${line.slice(0, 200)}`)
      }
    })
  })
}
