import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Collection, collectionFiles } from '@reprise/result-aggregator'
import { printable } from '@reprise/safe-text'
import { UsageError } from '../terminal/exit-codes.ts'
import { readNamed } from './read-named.ts'

const limit = { maxBytes: 256 * 1024 * 1024, cure: 'no collection is; name the collection.json of a sweep' }

/** A sweep as `results collect` wrote it, by its file or its folder. @throws UsageError */
export async function readCollection(path: string): Promise<Collection> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  const file = isFolder ? join(path, collectionFiles.collection) : path
  const text = (await readNamed('sweep', file, limit)).toString('utf8')
  const parsed = Collection.safeParse(jsonOf(text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue && issue.path.length > 0 ? `${issue.path.map(String).join('.')}: ` : ''
  const what = printable(`${where}${issue?.message ?? 'another value'}`, 200)
  throw new UsageError(`${printable(file, 300)}: is no collection/1 (${what}); give what reprise results collect wrote`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
