import { printable } from '@reprise/safe-text'
import { type Problem, TraceError } from '../problem.ts'
import { hubFiles } from './hub-files.ts'
import type { HubSettings } from './hub-settings.ts'
import { listTraceFiles } from './list-trace-files.ts'
import { isHubName } from './parse-hub-name.ts'

export interface LocatedFiles {
  /** On this machine; each once. */
  readonly files: readonly string[]
  /** The data sets among the names, each with its commit. */
  readonly pinned: readonly string[]
  readonly problems: readonly Problem[]
}

/**
 * The trace files that paths and names of data sets stand for; what is of the Hub is fetched.
 *
 * @throws TraceError when one of them stands for nothing.
 */
export async function locateFiles(paths: readonly string[], hub?: HubSettings): Promise<LocatedFiles> {
  const files = new Set<string>()
  const pinned: string[] = []
  const problems: Problem[] = []
  for (const path of paths) {
    if (!isHubName(path)) {
      for (const file of await listTraceFiles([path])) files.add(file)
      continue
    }
    if (!hub) throw new TraceError(`${printable(path, 300)}: data sets of the Hub are not fetched here; fetch it first`)
    const found = await hubFiles(path, hub)
    for (const file of found.files) files.add(file)
    pinned.push(found.pinned)
    if (found.warning !== undefined)
      problems.push({ severity: 'warning', code: 'hub', file: path, message: found.warning })
  }
  if (paths.length === 0) await listTraceFiles(paths)
  return { files: [...files], pinned, problems }
}
