import { realpath } from 'node:fs/promises'
import { sep } from 'node:path'
import { printable } from '@reprise/safe-text'
import { UsageError } from '../terminal/exit-codes.ts'
import { readNamed } from './read-named.ts'

const limit = { maxBytes: 64 * 1024, cure: 'name a file that holds one key in PEM' }

/**
 * The text of a file that holds a key; `-` is stdin where the flag takes that. `outside`: folders that are passed on, in which no key may lie.
 *
 * @throws UsageError
 */
export async function readKey(
  file: string,
  {
    flag,
    outside = [],
    stdin = true,
  }: { readonly flag: string; readonly outside?: readonly string[]; readonly stdin?: boolean },
): Promise<string> {
  const text = (await readNamed(flag, file, { stdin, ...limit })).toString('utf8')
  if (stdin && file === '-') return text
  const place = await realpath(file)
  for (const folder of outside)
    if (place.startsWith(`${await realpath(folder)}${sep}`))
      throw new UsageError(
        `${flag} ${printable(file, 300)}: it lies in the run that is to be passed on; keep it elsewhere`,
      )
  return text
}
