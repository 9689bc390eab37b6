import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { renderProblem, TraceError } from '../problem.ts'
import { hubFiles } from './hub-files.ts'
import type { HubSettings } from './hub-settings.ts'
import { HubStandIn } from './hub-stand-in.fixture.ts'
import { readCorpus } from './read-corpus.ts'
import { smallTrace } from './trace-files.fixture.ts'

const shard = gzipSync(`${smallTrace('a')}\n${smallTrace('b')}\n`)
const files = {
  'README.md': 'about',
  'dataset_infos.json': '{}',
  'data/one.jsonl.gz': shard,
  'data/deep/two.json': smallTrace('c'),
}
let cacheFolder = ''
let hub = new HubStandIn({ files })
let settings: HubSettings

async function begin(token?: string) {
  await hub.stop().catch(() => {})
  hub = new HubStandIn({ files, ...(token !== undefined && { token }) })
  await hub.start()
  settings = { endpoint: hub.endpoint, cacheFolder, retryMs: 1 }
}

beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'reprise-hub-'))
  await begin()
})
afterEach(async () => {
  await hub.stop()
  await rm(cacheFolder, { recursive: true })
})

const idsOf = async (name: string, more: Partial<HubSettings> = {}) =>
  (await readCorpus(name, { hub: { ...settings, ...more } })).corpus.traces.map(({ id }) => id)

test('a data set is read as a folder is: its revision becomes a commit, which is said, and every file comes once', async () => {
  const read = await readCorpus('hf:acme/traces', { hub: settings })
  expect(read.corpus.traces.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  expect(read.pinned).toEqual([`hf:acme/traces@${'a'.repeat(40)}`])
  const fetched = hub.requests.length
  expect(hub.requests.filter((each) => each.startsWith('store'))).toEqual([
    'store /data/deep/two.json',
    'store /data/one.jsonl.gz',
  ])
  expect(await idsOf('hf:acme/traces')).toEqual(['a', 'b', 'c'])
  // Only what the revision stands for is asked again, and of a commit nothing.
  expect(hub.requests.slice(fetched)).toEqual(['hub /api/datasets/acme/traces/revision/main'])
  expect(await idsOf(`hf:acme/traces@${'a'.repeat(40)}`)).toEqual(['a', 'b', 'c'])
  expect(hub.requests).toHaveLength(fetched + 1)
})

test.each([
  ['hf:acme/traces/data/deep/two.json', ['c']],
  ['hf:acme/traces@main/data/deep', ['c']],
  ['hf:acme/traces/data/*.jsonl.gz', ['a', 'b']],
  ['hf://datasets/acme/traces/data/', ['a', 'b', 'c']],
])('%s: a file, a folder, a pattern', async (name, ids) => {
  expect(await idsOf(name)).toEqual(ids)
})

test('what broke off goes on where it stopped, in the same command or the next', async () => {
  hub.cutAfter = 40
  const error = await hubFiles('hf:acme/traces/data/one.jsonl.gz', settings).catch((each: unknown) => each)
  expect(error).toBeInstanceOf(TraceError)
  expect(String(error)).toMatch(/the Hub cannot be reached \(UND_ERR_SOCKET\)/)
  expect(await idsOf('hf:acme/traces/data/one.jsonl.gz')).toEqual(['a', 'b'])
  expect(hub.requests.at(-1)).toBe('store /data/one.jsonl.gz bytes=40-')
  const folder = join(cacheFolder, 'datasets', 'acme--traces', 'a'.repeat(40), 'files', 'data')
  expect(await readdir(folder)).toEqual(['one.jsonl.gz'])
})

test('a server that begins again at the beginning, and a part that is longer than the file', async () => {
  const folder = join(cacheFolder, 'datasets', 'acme--traces', 'a'.repeat(40), 'files', 'data')
  for (const left of ['xxxx', 'x'.repeat(10_000)]) {
    await idsOf('hf:acme/traces/data/one.jsonl.gz')
    await rm(join(folder, 'one.jsonl.gz'))
    await writeFile(join(folder, 'one.jsonl.gz.part'), left)
    hub.ignoresRanges = true
    expect(await idsOf('hf:acme/traces/data/one.jsonl.gz')).toEqual(['a', 'b'])
  }
})

test('a part with other bytes is fetched anew, and what is not what the Hub lists is never read', async () => {
  const folder = join(cacheFolder, 'datasets', 'acme--traces', 'a'.repeat(40), 'files', 'data')
  await idsOf('hf:acme/traces/data/one.jsonl.gz')
  await rm(join(folder, 'one.jsonl.gz'))
  await writeFile(join(folder, 'one.jsonl.gz.part'), 'other')
  expect(await idsOf('hf:acme/traces/data/one.jsonl.gz')).toEqual(['a', 'b'])
  expect(await readFile(join(folder, 'one.jsonl.gz'))).toEqual(shard)
  for (const path of ['data/one.jsonl.gz', 'data/deep/two.json']) {
    hub.commit = 'b'.repeat(40)
    hub.corrupt = true
    await expect(idsOf(`hf:acme/traces/${path}`)).rejects.toThrow(
      /what the Hub gives is not what it lists \(another digest, twice\)/,
    )
  }
})

test('the token goes to the Hub alone, and is in no message', async () => {
  await begin('hf_secret')
  const refused = await idsOf('hf:acme/traces').catch((error: Error) => error.message)
  expect(refused).toMatch(/does not give it away; if it is not public, set HF_TOKEN to a token that may read it/)
  const wrong = await idsOf('hf:acme/traces', { token: 'hf_wrong' }).catch((error: Error) => error.message)
  expect(wrong).toMatch(/the token in HF_TOKEN may not read it/)
  expect(wrong).not.toMatch(/hf_wrong/)
  expect(await idsOf('hf:acme/traces', { token: 'hf_secret' })).toEqual(['a', 'b', 'c'])
  expect(hub.requests.filter((each) => each.startsWith('store')).join()).not.toMatch(/with a token/)
  expect(hub.requests.filter((each) => each.startsWith('hub')).at(-1)).toMatch(/with a token/)
})

test('a page of the listing on another host is asked without the token', async () => {
  await begin('hf_secret')
  const other = new HubStandIn({ files })
  await other.start()
  try {
    hub.nextPageOn = other.endpoint
    await idsOf('hf:acme/traces', { token: 'hf_secret' })
    expect(other.requests.length).toBeGreaterThan(0)
    expect(other.requests.join()).not.toMatch(/with a token/)
  } finally {
    await other.stop()
  }
})

test('offline the cache must do', async () => {
  await expect(idsOf('hf:acme/traces', { offline: true })).rejects.toThrow(/is not in the cache.*unset HF_HUB_OFFLINE/)
  await idsOf('hf:acme/traces/data/one.jsonl.gz')
  const asked = hub.requests.length
  expect(await idsOf('hf:acme/traces/data/one.jsonl.gz', { offline: true })).toEqual(['a', 'b'])
  await expect(idsOf('hf:acme/traces', { offline: true })).rejects.toThrow(/two\.json: is not in the cache/)
  expect(hub.requests).toHaveLength(asked)
})

test('where the Hub does not answer, what the revision stood for before is read, and that is told', async () => {
  await idsOf('hf:acme/traces')
  hub.failures = [503, 500, 429, 503]
  const { corpus, problems } = await readCorpus('hf:acme/traces', { hub: settings })
  expect(corpus.traces).toHaveLength(3)
  expect(problems.map(renderProblem)).toEqual([
    expect.stringMatching(
      /^hf:acme\/traces: hf:acme\/traces@main: the Hub cannot be reached \(it answers 503\);.*What main was before is read: a{40}$/,
    ),
  ])
})

test('what fails for a while is asked again', async () => {
  hub.failures = [503, 429]
  expect(await idsOf('hf:acme/traces')).toEqual(['a', 'b', 'c'])
})

test.each([
  ['hf:acme/other', /no such data set or revision; check the name/],
  ['hf:acme/traces@nope', /no such data set or revision/],
  ['hf:acme/traces/README.md2', /no trace file .* there; the data set holds README\.md, data\/deep\/two\.json/],
  ['hf:acme', /write hf:OWNER\/NAME/],
  ['hf:acme/traces/../x', /write hf:OWNER\/NAME/],
  ['hf:acme/..', /write hf:OWNER\/NAME/],
  ['hf:acme/traces@%2e%2e', /write hf:OWNER\/NAME/],
  ['hf:acme/traces@a%', /write hf:OWNER\/NAME/],
])('%s is refused', async (name, message) => {
  await expect(idsOf(name)).rejects.toThrow(message)
})

test('without a way to the Hub nothing is asked', async () => {
  await expect(readCorpus('hf:acme/traces')).rejects.toThrow(/are not fetched here/)
})

test('a listing that leads out of its folder is refused', async () => {
  const evil = new HubStandIn({ files: { './../evil.json': smallTrace('x') } })
  await evil.start()
  try {
    await expect(hubFiles('hf:acme/traces', { ...settings, endpoint: evil.endpoint })).rejects.toThrow(
      /leads out of the data set/,
    )
  } finally {
    await evil.stop()
  }
})
