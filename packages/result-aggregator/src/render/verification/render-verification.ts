import { logText } from '@reprise/safe-text'
import type { Check, Verification } from '../../result/verification.ts'

const words: Readonly<Record<Check['outcome'], string>> = { pass: 'pass', fail: 'FAIL', 'not-checked': '-' }
const indent = '  '
const nameWidth = 16
const longestLine = 400

/** A headline for the run, and a line for each check: `all`, or those alone that failed. Plain text, whatever a folder holds. */
export function renderVerification({ run, checks }: Verification, { all }: { readonly all: boolean }): string {
  const shown = all ? checks : checks.filter(({ outcome }) => outcome === 'fail')
  return [`${logText(run, longestLine)}: ${headline(checks)}`, ...shown.map(renderCheck)].join('\n')
}

function headline(checks: readonly Check[]): string {
  const count = (outcome: Check['outcome']) => checks.filter((check) => check.outcome === outcome).length
  const failed = count('fail')
  return `${failed === 0 ? 'nothing speaks against it' : 'not to be believed'} (${count('pass')} pass, ${failed} fail, ${count('not-checked')} not checked)`
}

function renderCheck({ name, outcome, says }: Check): string {
  const why = outcome === 'not-checked' ? 'not checked: ' : ''
  return `${indent}${words[outcome].padEnd(5)} ${name.padEnd(nameWidth)} ${why}${logText(says, longestLine)}`
}
