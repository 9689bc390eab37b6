import { createHash, type Hash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { TraceError } from '../problem.ts'
import { hubFetch } from './hub-fetch.ts'
import { type HubFile, refusal } from './hub-listing.ts'
import { type HubSettings, publicHub } from './hub-settings.ts'

interface Wanted {
  readonly dataset: string
  readonly commit: string
  readonly file: HubFile
  /** Where it goes. */
  readonly to: string
}

/**
 * Fetches a file, unless it lies there already. A fetch that broke off goes on where it stopped, and nothing takes the file's name before its
 * size and digest are those that the Hub told.
 *
 * @throws TraceError when the Hub does not give it, or gives something else twice.
 */
export async function fetchHubFile(wanted: Wanted, settings: HubSettings): Promise<void> {
  const { file, to } = wanted
  if (await hasBytes(to, file.bytes)) return
  await mkdir(dirname(to), { recursive: true })
  const part = await claimedPart(to)
  try {
    for (let left = 1; ; left -= 1) {
      const found = await completed(part, wanted, settings)
      if (found === file.digest.hex) break
      await rm(part, { force: true })
      if (left === 0)
        throw new TraceError(
          `hf:${wanted.dataset}/${file.path}: what the Hub gives is not what it lists (another digest, twice); try again later`,
        )
    }
    await rename(part, to)
  } catch (error) {
    // For whoever tries next.
    await rename(part, `${to}.part`).catch(() => {})
    throw error
  }
}

export async function hasBytes(path: string, bytes: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() === true && found.size === bytes
}

/** A name of our own for the part that another fetch left, if any: renaming gives it to one process alone. */
async function claimedPart(to: string): Promise<string> {
  const part = `${to}.${randomUUID()}.part`
  const left = [`${to}.part`, ...(await abandonedParts(to))]
  for (const each of left) {
    const isOurs = await rename(each, part).then(
      () => true,
      () => false,
    )
    if (isOurs) break
  }
  return part
}

const abandonedMs = 10 * 60_000

/** Of processes that were killed: nobody has written to them for long. */
async function abandonedParts(to: string): Promise<string[]> {
  const names = await readdir(dirname(to)).catch((): string[] => [])
  const parts = names.filter((name) => name.startsWith(`${basename(to)}.`) && name.endsWith('.part'))
  const found: string[] = []
  for (const name of parts) {
    const path = join(dirname(to), name)
    const { mtimeMs } = (await stat(path).catch(() => undefined)) ?? {}
    if (mtimeMs !== undefined && Date.now() - mtimeMs > abandonedMs) found.push(path)
  }
  return found
}

/** Fetches what is missing of the part; the digest of all of it. */
async function completed(part: string, { dataset, commit, file }: Wanted, settings: HubSettings): Promise<string> {
  const hash = hashOf(file)
  let done = await addExisting(part, file, hash.hash)
  if (done > file.bytes) {
    await rm(part)
    return completed(part, { dataset, commit, file, to: '' }, settings)
  }
  if (done < file.bytes) {
    const response = await answer({ dataset, commit, file, from: done }, settings)
    if (response.status !== 206 && done > 0) {
      // The server begins at the beginning, whatever it was asked.
      await response.body?.cancel()
      await rm(part)
      return completed(part, { dataset, commit, file, to: '' }, settings)
    }
    const handle = await open(part, 'a')
    try {
      for await (const chunk of response.body ?? []) {
        done += chunk.length
        if (done > file.bytes) break
        hash.hash.update(chunk)
        await handle.write(chunk)
        settings.onProgress?.({ file: file.path, bytesDone: done, bytes: file.bytes })
      }
      await handle.sync()
    } catch (error) {
      if (settings.signal?.aborted) throw error
      throw refusal(error, `hf:${dataset}/${file.path}`, settings.token !== undefined)
    } finally {
      await handle.close()
    }
  }
  return done === file.bytes ? hash.hash.digest('hex') : `${done} bytes`
}

async function answer(
  { dataset, commit, file, from }: Pick<Wanted, 'dataset' | 'commit' | 'file'> & { readonly from: number },
  settings: HubSettings,
): Promise<Response> {
  const { endpoint = publicHub, token, signal } = settings
  const path = file.path.split('/').map(encodeURIComponent).join('/')
  const name = `hf:${dataset}/${file.path}`
  try {
    const response = await hubFetch(settings)(`${endpoint}/datasets/${dataset}/resolve/${commit}/${path}`, {
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(from > 0 && { range: `bytes=${from}-` }),
        // What is packed on the way has another length than what is listed.
        'accept-encoding': 'identity',
      },
    })
    if (response.ok) return response
    await response.body?.cancel()
    throw refusal(response.status, name, token !== undefined)
  } catch (error) {
    if (error instanceof TraceError || signal?.aborted) throw error
    throw refusal(error, name, token !== undefined)
  }
}

function hashOf({ bytes, digest }: HubFile): { readonly hash: Hash } {
  if (digest.kind === 'sha256') return { hash: createHash('sha256') }
  return { hash: createHash('sha1').update(`blob ${bytes}\0`) }
}

async function addExisting(part: string, { bytes }: HubFile, hash: Hash): Promise<number> {
  const found = await stat(part).catch(() => undefined)
  if (!found || found.size > bytes) return found?.size ?? 0
  for await (const chunk of createReadStream(part)) hash.update(chunk as Buffer)
  return found.size
}
