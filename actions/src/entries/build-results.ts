import { buildResults } from '../build-results.ts'
import { runAction } from '../run-action.ts'

await runAction(buildResults)
