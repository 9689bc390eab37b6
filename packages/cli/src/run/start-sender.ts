import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { SenderProcess } from '@reprise/replay-engine/endpoint'
import { UsageError } from '../terminal/exit-codes.ts'
import { measuringFlags } from '../terminal/measuring-flags.mjs'

/** Starts a process that sends requests for this one; it ends with this one. @throws UsageError where there is nothing to start. */
export function startSender(): SenderProcess {
  const entry = fileURLToPath(new URL('./sender-process.ts', import.meta.url))
  if (!existsSync(entry)) throw new UsageError('--processes: this build runs in one process; leave it out')
  const child = fork(entry, {
    execArgv: [...measuringFlags],
    // Lists of numbers go over as they are.
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  return {
    // What cannot be sent is sent to a process that has ended, which is told by its death.
    send: (message) => void (child.connected && child.send(message, () => {})),
    onMessage: (hear) => child.on('message', hear),
    onDeath: (hear) => {
      child.once('error', (error) => hear(error.message))
      child.once('exit', (code, signal) => hear(signal ? `signal ${signal}` : `exit code ${code}`))
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
