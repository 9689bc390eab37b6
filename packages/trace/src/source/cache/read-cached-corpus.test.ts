import { appendFileSync } from 'node:fs'
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { corpusDigest } from '../../corpus-digest.ts'
import { readCorpus } from '../read-corpus.ts'
import { smallTrace, writeFiles } from '../trace-files.fixture.ts'
import { type CorpusStore, clearStore, storedEntries } from './corpus-store.ts'
import { type CachedReadOptions, readCachedCorpus } from './read-cached-corpus.ts'
import { digestOfSources, readerVersion } from './reader-version.ts'

let folder = ''
let traces = ''
let store: CorpusStore

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-cache-'))
  traces = join(folder, 'traces')
  store = { folder: join(folder, 'store'), maxBytes: 2 ** 20 }
  await writeFiles(traces, { 'a.json': smallTrace('a'), 'b.jsonl': `${smallTrace('b', [1, 2, 3])}\n{"id":1}\n` })
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const read = (options: Partial<CachedReadOptions> = {}) =>
  readCachedCorpus(traces, { store, leastBytes: 0, ...options })
const stateOf = async (options: Partial<CachedReadOptions> = {}) => (await read(options)).cache.state
const entryPath = async () => join(store.folder, (await readdir(store.folder))[0]!)

describe('traces that were read before', () => {
  test('are found, with all that was found of them, and equal to what is read', async () => {
    const { placeOf: _, ...whole } = await readCorpus(traces)
    const [first, second] = [await read(), await read()]
    expect([first.cache.state, second.cache.state]).toEqual(['kept', 'found'])
    for (const { cache: __, ...each } of [first, second]) expect(each).toEqual(whole)
    expect(corpusDigest(second.corpus)).toBe(whole.corpus.digest)
    expect(whole.problems).toHaveLength(1)
  })

  test('are read anew when a file is another, even of the same size and time, or one is added, or renamed', async () => {
    await read()
    const path = join(traces, 'a.json')
    const { atime, mtime } = await lstat(path)
    await writeFile(path, smallTrace('z'))
    await utimes(path, atime, mtime)
    const changed = await read()
    expect([changed.cache.state, changed.corpus.traces.map(({ id }) => id)]).toEqual(['kept', ['b', 'z']])
    await writeFiles(traces, { 'c.json': smallTrace('c') })
    expect(await stateOf()).toBe('kept')
    await rename(join(traces, 'c.json'), join(traces, 'd.json'))
    expect(await stateOf()).toBe('kept')
    expect(await stateOf()).toBe('found')
  })

  test('are read anew with another option', async () => {
    expect(await stateOf()).toBe('kept')
    expect(await stateOf({ subagentTimes: 'start-relative' })).toBe('kept')
    expect(await stateOf({ edges: 'frontier' })).toBe('kept')
    expect(await stateOf({ edges: 'frontier' })).toBe('found')
  })

  test('are read anew by other code: its version is the digest of its sources', async () => {
    const sources = join(folder, 'sources')
    await writeFiles(sources, { 'a.ts': '1', 'a.test.ts': '1', 'b.txt': '1' })
    const before = await digestOfSources(sources)
    await writeFiles(sources, { 'a.test.ts': '2', 'b.txt': '2' })
    expect(await digestOfSources(sources)).toBe(before)
    await writeFiles(sources, { 'a.ts': '2' })
    const changed = await digestOfSources(sources)
    await writeFiles(join(sources, 'deeper'), { 'c.ts': '1' })
    expect(new Set([before, changed, await digestOfSources(sources)]).size).toBe(3)
    expect(await readerVersion()).toBe(await digestOfSources(join(import.meta.dirname, '../..')))
  })

  test.each([
    ['a byte', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.of(bytes.at(-1)! ^ 1)])],
    ['its end', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
    ['everything', () => Buffer.alloc(0)],
  ])('are read and kept anew where %s of what was kept is damaged, and that is said', async (_, damage) => {
    const { corpus } = await read()
    await writeFile(await entryPath(), damage(await readFile(await entryPath())))
    const again = await read()
    expect([again.cache.state, again.corpus]).toEqual(['rebuilt', corpus])
    expect(await stateOf()).toBe('found')
  })

  test('that change while they are read are not kept', async () => {
    const onProgress = () => appendFileSync(join(traces, 'a.json'), ' ')
    expect((await read({ onProgress })).cache).toEqual({
      state: 'not-kept',
      why: 'the files changed while they were read',
    })
    expect(await stateOf()).toBe('kept')
  })

  test('that are small are not kept, nor is what cannot be read', async () => {
    expect((await read({ leastBytes: 10_000 })).cache).toMatchObject({ state: 'not-kept' })
    await mkdir(join(traces, 'c.json'))
    const { cache, filesLeftOut } = await read()
    expect([cache.state, filesLeftOut]).toEqual(['not-kept', 1])
  })
})

describe('the store', () => {
  test('is for its user alone', async () => {
    await read()
    expect((await lstat(store.folder)).mode & 0o777).toBe(0o700)
    await chmod(store.folder, 0o777)
    expect((await read()).cache).toEqual({
      state: 'not-kept',
      why: 'others may write to it; chmod 700 takes that away',
    })
  })

  test('follows no link: neither the folder nor an entry may be one', async () => {
    const { corpus } = await read()
    const victim = join(folder, 'victim')
    const path = await entryPath()
    await rename(path, victim)
    await symlink(victim, path)
    const [before, again] = [await readFile(victim), await read()]
    expect([again.cache.state, again.corpus]).toEqual(['kept', corpus])
    expect((await lstat(path)).isFile()).toBe(true)
    expect(await readFile(victim)).toEqual(before)
    const elsewhere = join(folder, 'elsewhere')
    await mkdir(elsewhere)
    await symlink(elsewhere, join(folder, 'link'))
    const linked = { ...store, folder: join(folder, 'link') }
    expect((await read({ store: linked })).cache).toEqual({ state: 'not-kept', why: 'it is no folder' })
    expect(await readdir(elsewhere)).toEqual([])
  })

  test('holds no more than it may: what was not used for the longest time goes first', async () => {
    const names = ['a', 'b', 'c']
    for (const name of names) await writeFiles(join(folder, name), { 't.json': smallTrace(name) })
    const readOne = async (name: string) => {
      const options = { leastBytes: 0, store: { ...store, maxBytes } }
      const { cache } = await readCachedCorpus(join(folder, name), options)
      // Two uses within the same tick of the file system's clock could not be told apart.
      for (const { key, usedAtMs } of await storedEntries(store)) {
        const earlier = new Date(usedAtMs - 10_000)
        await utimes(join(store.folder, `${key}.corpus`), earlier, earlier)
      }
      return cache.state
    }
    let maxBytes = 2 ** 20
    await readOne('a')
    maxBytes = 2.5 * (await storedEntries(store))[0]!.bytes
    const states = []
    for (const name of ['b', 'a', 'c', 'a', 'b']) states.push(await readOne(name))
    // c puts b out, which was used before a.
    expect(states).toEqual(['kept', 'found', 'kept', 'found', 'kept'])
    const entries = await storedEntries(store)
    expect(entries).toHaveLength(2)
    maxBytes = 10
    expect((await readCachedCorpus(join(folder, 'c'), { leastBytes: 0, store: { ...store, maxBytes } })).cache).toEqual(
      {
        state: 'not-kept',
        why: 'it is larger than all entries together may be',
      },
    )
    expect(await clearStore(store)).toBe(entries.reduce((sum, { bytes }) => sum + bytes, 0))
    expect(await readdir(store.folder)).toEqual([])
  })

  test('what a writer that was ended left there goes after an hour; what is not ours stays', async () => {
    await read()
    const key = '0'.repeat(64)
    const part = join(store.folder, `${key}.corpus.${crypto.randomUUID()}.part`)
    await writeFile(part, 'half')
    await writeFile(join(store.folder, 'notes.txt'), 'mine')
    await read({ edges: 'frontier' })
    expect(await readdir(store.folder)).toHaveLength(4)
    const old = new Date(Date.now() - 2 * 3_600_000)
    await utimes(part, old, old)
    await read({ edges: 'dispatch' })
    expect(await readdir(store.folder)).toHaveLength(4)
    await clearStore(store)
    expect(await readdir(store.folder)).toEqual(['notes.txt'])
  })

  test('many at once: all get the same, and one whole entry is left', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => read()))
    expect(new Set(all.map(({ corpus }) => corpusDigest(corpus))).size).toBe(1)
    expect(await readdir(store.folder)).toHaveLength(1)
    expect(await stateOf()).toBe('found')
  })
})
