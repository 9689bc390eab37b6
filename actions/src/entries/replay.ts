import { replay } from '../replay.ts'
import { runAction } from '../run-action.ts'

await runAction(replay)
