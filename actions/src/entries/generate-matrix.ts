import { generateMatrix } from '../generate-matrix/generate-matrix.ts'
import { runAction } from '../run-action.ts'

await runAction(generateMatrix)
