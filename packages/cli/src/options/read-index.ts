import { type MeasuredPoint, ResultIndex } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import { UsageError } from '../terminal/exit-codes.ts'
import { readNamed } from './read-named.ts'

const limit = { maxBytes: 64 * 1024 * 1024, cure: 'no index is; name the index.json of a sweep' }

/** What several files say was measured earlier, as one. @throws UsageError for a file that is no index. */
export async function readIndex(flag: string, files: readonly string[]): Promise<ResultIndex> {
  const points: MeasuredPoint[] = []
  for (const file of files) points.push(...(await readOne(flag, file)).points)
  return { schema: 'result-index/1', points }
}

async function readOne(flag: string, file: string): Promise<ResultIndex> {
  const text = (await readNamed(flag, file, limit)).toString('utf8')
  const parsed = ResultIndex.safeParse(jsonOf(text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue && issue.path.length > 0 ? `${issue.path.map(String).join('.')}: ` : ''
  const what = printable(`${where}${issue?.message ?? 'another value'}`, 200)
  throw new UsageError(
    `${flag} ${printable(file, 300)}: is no result-index/1 (${what}); give index.json of results collect`,
  )
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
