import { plainText } from '../result/plain-text.ts'
import type { Rule } from './evidence.ts'
import { isEngineOf } from './is-engine-of.ts'

/** Something else answered than the job says. Which of the two is wrong nobody knows here, so the numbers stand for neither. */
export const otherEngine: Rule = ({ header }) => {
  const { name, version = '', signs = [], expected } = header.target.engine ?? {}
  if (name === undefined || expected === undefined || isEngineOf(expected, name)) return undefined
  const answered = plainText(`${name} ${version}`.trim(), 100)
  return (
    `other-engine: the job is of ${plainText(expected, 60)}, and what answered says that it is ${answered} ` +
    `(${plainText(signs.join(', '), 200)}). Start the engine of the job, or correct the job.`
  )
}
