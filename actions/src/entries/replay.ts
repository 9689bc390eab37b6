import { restartForMeasuring } from '@reprise/cli'
import { replay } from '../replay.ts'
import { runAction } from '../run-action.ts'

restartForMeasuring(['replay'])
await runAction(replay)
