import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Collection, collectionFiles } from '@reprise/result-aggregator'
import { readJsonNamed } from './read-json-named.ts'

const collection = {
  schema: Collection,
  name: 'collection/1',
  maxBytes: 256 * 1024 * 1024,
  cure: 'give the collection.json that reprise results collect wrote, or its folder',
}

/** A sweep as `results collect` wrote it, by its file or its folder. @throws UsageError */
export async function readCollection(flag: string, path: string): Promise<Collection> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  return readJsonNamed(flag, isFolder ? join(path, collectionFiles.collection) : path, collection)
}
