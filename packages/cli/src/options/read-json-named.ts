import { printable } from '@reprise/safe-text'
import type { SizeLimit } from '@reprise/trace/plain-file'
import type * as z from 'zod'
import { UsageError } from '../terminal/exit-codes.ts'
import { readNamed } from './read-named.ts'

/** The value in the file that a flag names. @throws UsageError that says where it is not of the schema, which is called `name`, and what to give. */
export async function readJsonNamed<T>(
  flag: string,
  file: string,
  { schema, name, cure, ...limit }: SizeLimit & { readonly schema: z.ZodType<T>; readonly name: string },
): Promise<T> {
  const text = (await readNamed(flag, file, { ...limit, cure })).toString('utf8')
  const parsed = schema.safeParse(jsonOf(text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue && issue.path.length > 0 ? `${issue.path.map(String).join('.')}: ` : ''
  const what = printable(`${where}${issue?.message ?? 'another value'}`, 200)
  throw new UsageError(`${flag} ${printable(file, 300)}: is no ${name} (${what}); ${cure}`)
}

/** Undefined for what is no JSON, which is of no schema. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
