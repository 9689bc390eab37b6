import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toDynamo } from '../../convert/to-dynamo.ts'
import { readCorpus } from '../../source/read-corpus.ts'
import { writeFiles } from '../../source/trace-files.fixture.ts'
import { dynamoRow as row } from './dynamo-row.fixture.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-trace-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

test('hashes of replies that do not fit the lengths are told and left out', async () => {
  const filled = (completion: string) =>
    row({ id: 'a', start: 1 }).replace(
      '"input_sequence_hashes"',
      `"completion_sequence_hashes":[${completion}],"input_sequence_hashes"`,
    )
  const replyOf = async (completion: string) => {
    await writeFiles(folder, { 'a.jsonl': filled(completion) })
    const { corpus, problems } = await readCorpus(folder)
    return [corpus.traces[0]?.sessions[0]?.turns[0]?.replyBlocks?.length, problems.map(({ message }) => message)]
  }
  // Seven tokens and three: the last of the prompt's two blocks of four is filled, and half of a third.
  expect(await replyOf('1,8,9')).toEqual([2, []])
  expect(await replyOf('1,8')).toEqual([
    undefined,
    [expect.stringMatching(/2 hashes where prompt and reply fill 3 blocks/)],
  ])
  expect(await replyOf('7,8,9')).toEqual([undefined, [expect.stringMatching(/do not begin with those of the prompt/)]])
})

test.each([
  ['1,18446744073709551616', '18446744073709551616'],
  ['1,-2', '-2'],
  ['1,1.5', '1.5'],
  ['1,"a"', '"a"'],
])('a list with %s is named', async (list, found) => {
  const bad = row({ id: 'b', start: 2 }).replace('"input_sequence_hashes":[1,2]', `"input_sequence_hashes":[${list}]`)
  await writeFiles(folder, { 'a.jsonl': [row({ id: 'a', start: 1 }), bad].join('\n') })
  const { problems } = await readCorpus(folder)
  expect(problems).toMatchObject([{ code: 'record', line: 2 }])
  expect(problems[0]?.message).toContain(`expected whole numbers below 2^64, found ${found};`)
})

test('what the server took from its cache is read and written again; more than the prompt has is not', async () => {
  const told = (cached: number, id: string, start: number) =>
    row({ id, session: 's', start }).replace('"output_tokens"', `"cached_tokens":${cached},"output_tokens"`)
  await writeFiles(folder, { 'a.jsonl': [told(4, 'a', 1), told(8, 'b', 20), told(0, 'c', 40)].join('\n') })
  const { corpus } = await readCorpus(folder)
  const cachedOf = ({ traces }: typeof corpus) => traces[0]!.sessions[0]!.turns.map(({ cachedTokens }) => cachedTokens)
  expect(cachedOf(corpus)).toEqual([4, undefined, 0])
  await writeFiles(folder, { 'a.jsonl': [...toDynamo(corpus).lines].join('\n') })
  expect(cachedOf((await readCorpus(folder)).corpus)).toEqual([4, undefined, 0])
})

test('a request whose recorder knew no duration ends at the time of its event', async () => {
  const open = row({ id: 'a', session: 's', start: 100, ms: 50 }).replace('"total_time_ms":50,', '')
  await writeFiles(folder, { 'a.jsonl': [open, row({ id: 'b', session: 's', start: 160 })].join('\n') })
  const { corpus } = await readCorpus(folder)
  expect(corpus.traces[0]?.sessions[0]?.turns.map(({ apiMs }) => apiMs)).toEqual([50, 10])
  expect(corpus.traces[0]?.sessions[0]?.turns[1]?.needs).toMatchObject([{ delayMs: 10 }])
})

test('families ten thousand generations deep, and parents in a circle as long', async () => {
  const generations = Array.from({ length: 10_000 }, (_, i) =>
    row({ id: `r${i}`, session: `s${i}`, start: 10 * i, ...(i > 0 && { parent: `s${i - 1}` }) }),
  )
  await writeFiles(folder, { 'a.jsonl': generations.join('\n') })
  const deep = await readCorpus(folder)
  expect([deep.problems, deep.corpus.traces[0]?.sessions.length]).toEqual([[], 10_000])
  await writeFiles(folder, {
    'a.jsonl': [row({ id: 'r', session: 's0', parent: 's9999', start: 0 }), ...generations].join('\n'),
  })
  const { corpus, problems } = await readCorpus(folder)
  expect(corpus.traces[0]?.sessions.length).toBe(10_000)
  expect(problems).toMatchObject([{ code: 'orphan', message: expect.stringMatching(/is among its own children/) }])
})
