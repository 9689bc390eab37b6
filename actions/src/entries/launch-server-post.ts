import { stopServer } from '../launch-server.ts'
import { runAction } from '../run-action.ts'

await runAction(stopServer)
