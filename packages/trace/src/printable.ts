export { printable } from '@reprise/safe-text'
