import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { LaunchRecord, launchFiles } from '@reprise/launcher/record'
import { kvPoolInLog, type LoggedPool } from '@reprise/telemetry'
import { readJsonNamed } from './read-json-named.ts'

/** What a launch says of the servers that it started: where their metrics are, and what their log told of their KV caches. */
export interface LaunchedMetrics {
  readonly urls: readonly string[]
  readonly kvPool?: LoggedPool
}

/** Reads a launch's folder. @throws UsageError where there is no launch in it. */
export async function readLaunch(folder: string): Promise<LaunchedMetrics> {
  const record = await readJsonNamed('--launch', join(folder, launchFiles.launch), {
    schema: LaunchRecord,
    name: 'launch',
    maxBytes: 1024 * 1024,
    cure: 'give the folder that launch run was given as --state',
  })
  const urls = [record.metricsUrl, ...record.processes.map(({ metricsUrl }) => metricsUrl)].filter(
    (url) => url !== undefined,
  )
  const kvPool = kvPoolInLog(await beginningOf(join(folder, launchFiles.log)))
  return { urls: [...new Set(urls)], ...(kvPool && { kvPool }) }
}

/** An engine says how large its cache is before it serves. Empty where the log cannot be read: it may lie on another host. */
async function beginningOf(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined)
  if (!file) return ''
  try {
    if (!(await file.stat()).isFile()) return ''
    const { buffer, bytesRead } = await file.read(Buffer.alloc(readBytes), 0, readBytes, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

const readBytes = 8 * 1024 * 1024
