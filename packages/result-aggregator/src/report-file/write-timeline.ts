import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder } from '../run-folder/make-folder.ts'
import { asRunFolderError } from '../run-folder/run-folder.ts'
import { timelineEvents } from '../timeline/timeline-events.ts'
import type { TimelineSource } from '../timeline/timeline-source.ts'

export interface WrittenTimeline {
  readonly events: number
  readonly bytes: number
}

const chunkChars = 1 << 18

/**
 * Writes sources, laid over one another, as a file for Perfetto, piece by piece: a reader finds the old file or the whole new one.
 *
 * @throws RunFolderError when it cannot be written.
 */
export async function writeTimeline(path: string, sources: readonly TimelineSource[]): Promise<WrittenTimeline> {
  await makeFolder(dirname(path))
  const part = `${path}.${crypto.randomUUID()}.part`
  try {
    // Exclusive: nothing that lies there is written to, or through.
    const file = await open(part, 'wx')
    const written = await writeEvents(file, sources).finally(() => file.close())
    await rename(part, path)
    return written
  } catch (error) {
    await rm(part, { force: true }).catch(() => {})
    throw asRunFolderError(path, error)
  }
}

async function writeEvents(file: FileHandle, sources: readonly TimelineSource[]): Promise<WrittenTimeline> {
  const written = { events: 0, bytes: 0 }
  let text = '{"displayTimeUnit":"ms","traceEvents":['
  const flush = async () => {
    const chunk = Buffer.from(text)
    text = ''
    written.bytes += chunk.length
    await file.writeFile(chunk)
  }
  for (const event of timelineEvents(sources)) {
    text += `${written.events === 0 ? '\n' : ',\n'}${JSON.stringify(event)}`
    written.events += 1
    if (text.length >= chunkChars) await flush()
  }
  text += '\n]}\n'
  await flush()
  return written
}
