import { printable } from '@reprise/safe-text'
import type { z } from 'zod'
import { ActionError } from './action.ts'

/**
 * The inputs, checked. `read` gives the text of one, empty where nothing was given: the platform does not tell the two apart.
 *
 * @throws ActionError that names every wrong input, and the cure.
 */
export function parseInputs<Inputs extends z.ZodObject>(
  schema: Inputs,
  read: (name: string) => string,
): z.output<Inputs> {
  const given = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, read(name) || undefined]))
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0])
    return given[name] === undefined
      ? `input ${name} is required`
      : `input ${name} is ${JSON.stringify(printable(given[name], 60))}: ${message}`
  })
  throw new ActionError(problems.join('; '))
}
