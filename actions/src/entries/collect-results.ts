import { collectResults } from '../collect-results.ts'
import { runAction } from '../run-action.ts'

await runAction(collectResults)
