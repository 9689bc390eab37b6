import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkCorpus } from '../check/check-corpus.ts'
import { type Problem, TraceError } from '../problem.ts'
import { goodFile, kinds, type MalformedFile, malformedFiles } from './malformed-files.fixture.ts'
import { readCorpus } from './read-corpus.ts'
import { smallTrace } from './trace-files.fixture.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-malformed-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

interface Told {
  readonly requests: number
  readonly problems: readonly Problem[]
}

/** Whatever is wrong with files is a `TraceError` or a problem of them; anything else is a bug and fails the test. */
async function told({ name, content }: Pick<MalformedFile, 'name' | 'content'>): Promise<Told> {
  const file = join(folder, name)
  await writeFile(file, content)
  try {
    const read = await readCorpus(file)
    return checkCorpus(read)
  } catch (error) {
    if (!(error instanceof TraceError)) throw error
    const { problems, message } = error
    return {
      requests: 0,
      problems: problems.length > 0 ? problems : [{ severity: 'error', file, code: 'file', message }],
    }
  } finally {
    await rm(file)
  }
}

const all = malformedFiles()

test('there are more than 250 of them', () => {
  expect(new Set(all.map(({ what }) => what)).size).toBe(all.length)
  expect(all.length).toBeGreaterThan(250)
})

test.each(all.filter(({ isTolerated }) => !isTolerated))('$what', async (malformed) => {
  const kind = kinds.find(({ name }) => malformed.what.startsWith(`${name}: `))!
  const good = await told(goodFile(kind))
  const usual = new Set(good.problems.map(({ code, message }) => `${code} ${message}`))
  const { problems, requests } = await told(malformed)
  const own = problems.filter(({ code, message }) => !usual.has(`${code} ${message}`))
  expect(own).not.toEqual([])
  for (const { file, message } of problems) {
    expect(file).toContain(folder)
    expect(message.length).toBeGreaterThan(10)
    expect(message).not.toMatch(/\p{Cc}|undefined|\[object/u)
  }
  // What is not used is an error, and not a warning about something else.
  if (requests < good.requests) expect(own.map(({ severity }) => severity)).toContain('error')
})

test.each(kinds)('$name: what no reader minds changes nothing', async (kind) => {
  const good = await told(goodFile(kind))
  expect(good.requests).toBeGreaterThan(3)
  for (const each of all.filter(({ what, isTolerated }) => isTolerated && what.startsWith(`${kind.name}: `)))
    expect([each.what, await told(each)]).toEqual([
      each.what,
      { ...good, problems: good.problems.map((problem) => ({ ...problem, file: join(folder, each.name) })) },
    ])
})

test('a line of more than 256 MiB ends the reading of its file, and what comes before it is used', async () => {
  const file = join(folder, 'huge.jsonl')
  await writeFile(file, `${smallTrace('a')}\n${smallTrace('b')}\n{"id":"`)
  const handle = await open(file, 'r+')
  // It takes no room on the disk.
  await handle.truncate(300 << 20)
  await handle.close()
  const { corpus, problems } = await readCorpus(file)
  await rm(file)
  expect(corpus.traces.map(({ id }) => id)).toEqual(['a', 'b'])
  expect(problems).toMatchObject([{ severity: 'error', code: 'file' }])
  expect(problems[0]?.message).toMatch(/^line 3 is longer than 256 MiB; split it/)
})

test('whatever bytes are changed, cut out or put in: problems of the file, and never an exception', async () => {
  const edits = fc.array(
    fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      take: fc.constantFrom(0, 1, 1, 7, 60),
      put: fc.oneof(
        fc.constantFrom(
          '',
          '"',
          '{',
          '}',
          '[',
          ']',
          ',',
          ':',
          '\\',
          '\n',
          '0',
          '-',
          'e9',
          'null',
          '9'.repeat(25),
          '\0',
          '\u2028',
          '__proto__',
          ' ',
        ),
        fc.string({ unit: 'binary', maxLength: 4 }),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...kinds), edits, async (kind, changes) => {
      let text = String(goodFile(kind).content)
      for (const { at, take, put } of changes) {
        const from = Math.floor(at * text.length)
        text = text.slice(0, from) + put + text.slice(from + take)
      }
      const { problems, requests } = await told({ name: goodFile(kind).name, content: text })
      for (const { file } of problems) expect(file).toContain(folder)
      expect(requests).toBeGreaterThanOrEqual(0)
    }),
    { numRuns: 100 },
  )
})
