/** A process for tests: nothing imports it. */
import { runSender } from './run-sender.ts'

process.on('disconnect', () => process.exit())
runSender(
  { send: (message) => void process.send!(message), onMessage: (hear) => process.on('message', hear) },
  () => () => ({ fared: 'well' }),
)
