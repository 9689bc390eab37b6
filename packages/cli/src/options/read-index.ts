import { type MeasuredPoint, ResultIndex } from '@reprise/matrix-generator'
import { readJsonNamed } from './read-json-named.ts'

const index = {
  schema: ResultIndex,
  name: 'result-index/1',
  maxBytes: 64 * 1024 * 1024,
  cure: 'give the index.json that reprise results collect wrote',
}

/** What several files say was measured earlier, as one. @throws UsageError for a file that is no index. */
export async function readIndex(flag: string, files: readonly string[]): Promise<ResultIndex> {
  const points: MeasuredPoint[] = []
  for (const file of files) points.push(...(await readJsonNamed(flag, file, index)).points)
  return { schema: 'result-index/1', points }
}
