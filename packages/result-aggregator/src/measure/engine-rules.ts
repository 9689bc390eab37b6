import { printable } from '@reprise/safe-text'
import type { EarlyRule } from './evidence.ts'
import { isEngineOf } from './is-engine-of.ts'

/** Something else answered than the job says. Which of the two is wrong nobody knows here, so the numbers stand for neither. */
export const otherEngine: EarlyRule = ({ header }) => {
  const { name, version = '', signs = [], expected } = header.target.engine ?? {}
  if (name === undefined || expected === undefined || isEngineOf(expected, name)) return undefined
  const answered = printable(`${name} ${version}`.trim(), 100)
  return (
    `other-engine: the job is of ${printable(expected, 60)}, and what answered says that it is ${answered} ` +
    `(${printable(signs.join(', '), 200)}). Start the engine of the job, or correct the job.`
  )
}
