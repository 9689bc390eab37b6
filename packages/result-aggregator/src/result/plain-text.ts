export { plainText } from '@reprise/safe-text'
