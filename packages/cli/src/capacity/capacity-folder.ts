import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { makeFolder, writeFileWhole } from '@reprise/result-aggregator/run'
import { printable, quoteWord } from '@reprise/safe-text'
import { z } from 'zod'
import { readJsonNamed } from '../options/read-json-named.ts'
import { UsageError } from '../terminal/exit-codes.ts'

/** The file of a search in its folder, beside the folders of its runs. */
export const capacityFile = 'capacity.json'

/** What decides what the runs of a search are: the command that makes each, without size, seed and folder. */
const Begun = z.object({
  schema: z.literal('capacity/1'),
  runs: z.object({ words: z.array(z.string()), seed: z.number() }),
})
export type RunWords = z.infer<typeof Begun>['runs']

/**
 * Takes a folder for a search: a new one, or one that an earlier search with the same runs began. Objectives and ranges may be others: its runs are what they are.
 *
 * @throws UsageError where the runs in it are made by another command.
 */
export async function takeFolder(
  folder: string,
  runs: RunWords,
  { overwrite }: { readonly overwrite: boolean },
): Promise<void> {
  const path = join(folder, capacityFile)
  if (existsSync(path) && !overwrite) {
    const cure = 'give another --out, or --overwrite to begin anew.'
    const options = { schema: Begun, name: 'file of a search', maxBytes: MAX_BYTES, cure }
    const begun = await readJsonNamed('--out', path, options)
    if (!isDeepStrictEqual(begun.runs, runs))
      throw new UsageError(
        `--out ${printable(folder, 300)}: the runs there are of another search (${wordsOf(begun.runs)}, and not ${wordsOf(runs)}); ${cure}`,
      )
  }
  await makeFolder(folder)
  // What was found before is found again from the runs that lie there.
  await saveCapacity(folder, { schema: 'capacity/1', runs })
}

export async function saveCapacity(folder: string, value: object): Promise<string> {
  const path = join(folder, capacityFile)
  await writeFileWhole(path, `${JSON.stringify(value, null, 2)}\n`)
  return path
}

export const MAX_BYTES = 16 * 1024 * 1024

function wordsOf({ words, seed }: RunWords): string {
  return printable(`${words.map(quoteWord).join(' ')} --seed ${seed}`, 400)
}
