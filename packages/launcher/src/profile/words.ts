import { z } from 'zod'

/** What is given to a server or a scheduler as it is, and must not break a line there. */
export const word = z
  .string()
  .min(1)
  .max(1_000)
  .regex(/^\P{Cc}+$/u, 'no control characters')

/** A folder of a host that can stand in a mount. */
export const folder = word.regex(/^\/[^:]*$/, 'an absolute path without a colon')
