import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Corpus } from '../corpus.ts'
import { fixedLengthCorpus } from '../synth/fixed-length-corpus.ts'
import { synthCorpus } from '../synth/synth-corpus.ts'
import { readCorpus } from './read-corpus.ts'
import { writeWekaCorpus } from './write-weka.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-trace-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

test('a link in the place of a trace is replaced, and what it leads to is left alone', async () => {
  const corpus = synthCorpus({ seed: 1, traces: 1, scale: 0.02, turnScale: 0.1 })
  const victim = join(folder, 'victim.txt')
  await writeFile(victim, 'mine')
  const [path] = await writeWekaCorpus(corpus, folder)
  await rm(path!)
  for (const name of [path!, `${path}.part`]) await symlink(victim, name)
  await writeWekaCorpus(corpus, folder)
  expect(await readFile(victim, 'utf8')).toBe('mine')
  expect(plain((await readCorpus(path!)).corpus)).toEqual(corpus)
})

describe('reading what was written gives the same corpus', () => {
  test('made-up corpora, packed or not', async () => {
    const options = fc.record({
      seed: fc.nat(),
      traces: fc.integer({ min: 1, max: 5 }),
      scale: fc.double({ min: 0.001, max: 0.05, noNaN: true }),
      turnScale: fc.double({ min: 0.02, max: 0.3, noNaN: true }),
      subagentShare: fc.constantFrom(0, 0.5, 1),
      gzip: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(options, async ({ gzip, ...synth }) => {
        const corpus = synthCorpus(synth)
        expect(await again(corpus, gzip)).toEqual(corpus)
      }),
      { numRuns: 40 },
    )
  })

  test('lengths drawn from a range', async () => {
    const corpus = fixedLengthCorpus({
      seed: 3,
      requests: 5,
      inputTokens: 100,
      outputTokens: 10,
      rangeRatio: 0.5,
      blockSize: 16,
    })
    expect(await again(corpus, false)).toEqual(corpus)
  })

  test.each(['completion-relative.json', 'start-absolute.jsonl', 'start-relative.json', 'flat-proxy.json'])(
    '%s',
    async (name) => {
      const { corpus } = await readCorpus(fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url)), {
        splitAgents: 'never',
      })
      expect(await again(corpus, false)).toEqual(plain(corpus))
    },
  )
})

test('ids that are no file names are spelt out, and stay apart', async () => {
  const corpus = fixedLengthCorpus({
    seed: 1,
    requests: 5,
    inputTokens: 16,
    outputTokens: 1,
    rangeRatio: 1,
    blockSize: 16,
  })
  const ids = ['../up', '..%up', '.hidden', 'a/b', 'A_b']
  const traces = corpus.traces.map((trace, index) => ({ ...trace, id: ids[index]! }))
  await writeWekaCorpus({ ...corpus, traces }, folder)
  expect((await readdir(folder)).sort()).toEqual([
    'A_b-2.json',
    '_._up-2.json',
    '_._up.json',
    '_hidden.json',
    'a_b.json',
  ])
})

test('a folder with other traces is refused, one with the same names is written again', async () => {
  const corpus = fixedLengthCorpus({
    seed: 1,
    requests: 2,
    inputTokens: 16,
    outputTokens: 1,
    rangeRatio: 1,
    blockSize: 16,
  })
  const paths = await writeWekaCorpus(corpus, join(folder, 'new', 'deep'))
  expect(paths).toHaveLength(2)
  expect(await writeWekaCorpus(corpus, join(folder, 'new', 'deep'))).toEqual(paths)
  const fewer = { ...corpus, traces: corpus.traces.slice(0, 1) }
  await expect(writeWekaCorpus(fewer, join(folder, 'new', 'deep'))).rejects.toThrow(
    /already holds other traces \(fixed_00002\.json\); name an empty folder/,
  )
  await writeFile(join(folder, 'file'), '')
  await expect(writeWekaCorpus(corpus, join(folder, 'file'))).rejects.toThrow(
    /cannot be written \(EEXIST\); name a folder/,
  )
})

async function again(corpus: Corpus, gzip: boolean): Promise<Corpus> {
  const into = await mkdtemp(join(folder, 'again-'))
  await writeWekaCorpus(corpus, into, { gzip })
  // Without a single joined subagent the figures need not say which basis it was: the writer's is given.
  const basis = corpus.origin.format === 'weka' ? corpus.origin.subagentTimes : 'none'
  const read = await readCorpus(into, basis === 'none' ? {} : { subagentTimes: basis })
  expect(read.problems).toEqual([])
  return plain(read.corpus)
}

/** Without what only a corpus that was read says of itself. */
function plain({ edges: _, ...corpus }: Corpus): Corpus {
  return corpus
}
