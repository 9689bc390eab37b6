import { renderSizes, sizesOf } from './sizes.ts'

// `npm run sizes [FOLDER]`: of this tree, or of another one to compare with.
console.log(renderSizes(sizesOf(process.argv[2])))
