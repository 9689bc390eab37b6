import { printable } from '@reprise/safe-text'
import { z } from 'zod'
import { TraceError } from '../problem.ts'
import { hubFetch } from './hub-fetch.ts'
import { type HubSettings, publicHub } from './hub-settings.ts'
import { type HubName, isPlainPath } from './parse-hub-name.ts'

/** A file of a data set, and what its bytes must come to. */
export const HubFile = z.object({
  path: z.string(),
  bytes: z.int().nonnegative(),
  /** `sha256` of the bytes, or `git` for the id of them as a blob of git. */
  digest: z.strictObject({ kind: z.enum(['sha256', 'git']), hex: z.string() }),
})
export type HubFile = z.infer<typeof HubFile>

const commit = /^[0-9a-f]{40}$/

/** The commit that a revision stands for now. @throws TraceError, `Unreachable` */
export async function resolveRevision({ dataset, revision }: HubName, settings: HubSettings): Promise<string> {
  if (commit.test(revision)) return revision
  return asking({ dataset, revision }, settings, async (common) => {
    const { datasetInfo } = await hubLibrary()
    const { sha } = await datasetInfo({ ...common, name: dataset, revision, additionalFields: ['sha'] })
    if (typeof sha === 'string' && commit.test(sha)) return sha
    throw new TraceError(`hf:${dataset}: the Hub names no commit for ${printable(revision)}; name one with @COMMIT`)
  })
}

/** All files of a data set at a commit, by path. @throws TraceError, `Unreachable` */
export async function listHubFiles(dataset: string, revision: string, settings: HubSettings): Promise<HubFile[]> {
  return asking({ dataset, revision }, settings, async (common) => {
    const { listFiles } = await hubLibrary()
    const files: HubFile[] = []
    const repo = { type: 'dataset', name: dataset } as const
    for await (const { type, path, size, oid, lfs } of listFiles({ ...common, repo, revision, recursive: true })) {
      if (type !== 'file') continue
      if (!isPlainPath(path))
        throw new TraceError(
          `hf:${dataset}: a file ${printable(path, 300)} that leads out of the data set; do not use it`,
        )
      const hex = lfs?.oid ?? oid ?? ''
      files.push({ path, bytes: lfs?.size ?? size, digest: { kind: lfs ? 'sha256' : 'git', hex } })
    }
    return files.sort((a, b) => (a.path < b.path ? -1 : 1))
  })
}

/** Loaded where a data set is named: every command would wait for it otherwise. */
function hubLibrary(): Promise<typeof import('@huggingface/hub')> {
  return import('@huggingface/hub')
}

/** The Hub did not answer, which says nothing about the data set. */
export class Unreachable extends TraceError {}

interface Common {
  readonly hubUrl: string
  readonly fetch: typeof fetch
  readonly accessToken?: string
}

async function asking<Value>(
  { dataset, revision }: Pick<HubName, 'dataset' | 'revision'>,
  settings: HubSettings,
  ask: (common: Common) => Promise<Value>,
): Promise<Value> {
  const { endpoint = publicHub, token, signal } = settings
  try {
    return await ask({
      hubUrl: endpoint,
      fetch: hubFetch(settings),
      ...(token !== undefined && { accessToken: token }),
    })
  } catch (error) {
    if (error instanceof TraceError || signal?.aborted) throw error
    throw refusal(error, `hf:${dataset}@${printable(revision)}`, token !== undefined)
  }
}

/** What an answer, by its status, or an error means to whoever named the data set. Messages of others are not repeated. */
export function refusal(error: unknown, name: string, hasToken: boolean): TraceError {
  const status = typeof error === 'number' ? error : statusOf(error)
  const token = hasToken
    ? 'the token in HF_TOKEN may not read it'
    : 'if it is not public, set HF_TOKEN to a token that may read it'
  if (status === 404)
    return new TraceError(`${name}: the Hub has no such data set or revision; check the name, or ${token}`)
  if (status === 401 || status === 403) return new TraceError(`${name}: the Hub does not give it away; ${token}`)
  if (status !== undefined && status < 500) return new TraceError(`${name}: the Hub answers ${status}; check the name`)
  const code =
    error instanceof Error && error.cause instanceof Error && 'code' in error.cause
      ? String(error.cause.code)
      : undefined
  const why = status === undefined ? (code ?? 'no answer that makes sense') : `it answers ${status}`
  return new Unreachable(`${name}: the Hub cannot be reached (${why}); try again, or set HF_ENDPOINT to another one`)
}

/** Of the error that the Hub's library throws. */
function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined
}
