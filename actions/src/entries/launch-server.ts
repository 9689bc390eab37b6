import { launchServer } from '../launch-server.ts'
import { runAction } from '../run-action.ts'

await runAction(launchServer)
