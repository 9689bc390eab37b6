/** The process that `startSender` starts; nothing imports it. */
import { runSender } from '@reprise/replay-engine/endpoint'
import { watchClientHealth } from './client-health.ts'

// The process that started it ends it: a Ctrl-C on the terminal reaches both, and what is in flight may still end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
process.on('disconnect', () => process.exit())

runSender(
  {
    send: (message) => void process.send!(message),
    onMessage: (hear) => process.on('message', hear),
  },
  watchClientHealth,
)
