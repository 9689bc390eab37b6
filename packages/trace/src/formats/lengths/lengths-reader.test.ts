import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { blocksOf } from '../../blocks-of.ts'
import { renderProblem } from '../../problem.ts'
import { readCorpus } from '../../source/read-corpus.ts'
import { writeFiles } from '../../source/trace-files.fixture.ts'
import { corpusStats } from '../../stats.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-trace-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const azure = `TIMESTAMP,ContextTokens,GeneratedTokens\r
2023-11-16 18:15:46.6805900,374,44\r
2023-11-16 18:15:50.9951690,396,109\r
2024-05-10 00:00:00.009930+00:00,64,1\r
`

test('Azure: requests by themselves, at their times, with blocks that nothing shares, and that is said', async () => {
  await writeFiles(folder, { 'azure.csv': azure })
  const { corpus, problems } = await readCorpus(folder)
  expect(corpus).toMatchObject({ origin: { format: 'azure' }, edges: 'sequence', blockSize: 64 })
  expect(corpus.traces.map(({ startMs, sessions }) => [startMs, sessions[0]!.turns[0]!.inputTokens])).toEqual([
    [0, 374],
    [4314.579, 396],
    [Date.UTC(2024, 4, 10) + 9.93 - Date.UTC(2023, 10, 16, 18, 15, 46) - 680.59, 64].map(
      (ms) => Math.round(ms * 1e3) / 1e3,
    ),
  ])
  expect(corpusStats(corpus)).toMatchObject({ requests: 3, blocks: 12, hitBlocks: 0 })
  expect(problems).toMatchObject([{ severity: 'warning', code: 'lengths-only' }])
  expect(problems[0]?.message).toMatch(/^lengths and times alone are recorded: every request got blocks of its own/)
})

test('BurstGPT: seconds, models, sessions where they are told, and failures that are counted', async () => {
  await writeFiles(folder, {
    'burst.csv': [
      'Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type',
      '5,a,1,ChatGPT,472,18,490,Conversation log',
      '45.5,"b, ""c""",1,GPT-4,100,0,100,API log',
      '118,a,1,GPT-4,417.0,276,693,Conversation log',
    ].join('\n'),
  })
  const { corpus, problems } = await readCorpus(join(folder, 'burst.csv'))
  expect(corpus.traces.map(({ id, startMs, sessions }) => [id, startMs, sessions[0]!.turns.length])).toEqual([
    ['a', 0, 2],
    ['b, "c"', 40_500, 1],
  ])
  expect(corpus.traces[0]?.sessions[0]?.turns[1]).toMatchObject({ inputTokens: 417, outputTokens: 276, model: 'GPT-4' })
  expect(corpus.traces[0]?.sessions[0]?.turns[1]?.needs).toMatchObject([{ delayMs: 113_000, relation: 'sequence' }])
  const session = corpus.traces[0]!.sessions[0]!
  expect(new Set([...blocksOf(session, 0), ...blocksOf(session, 1)]).size).toBe(7 + 6)
  expect(problems.map(({ message }) => message)).toContainEqual(expect.stringMatching(/^1 requests without a reply/))
})

test('a row that is wrong is left out and named', async () => {
  await writeFiles(folder, {
    'a.csv': `${azure.trim()}\nyesterday,1,1\n2023-11-16 18:15:46,-1,1\n2023-11-16 18:15:46,1\n2023-11-16 18:15:46,1e99,2\n`,
    'b.csv': 'when,how much\n1,2\n',
  })
  const { problems, rejected } = await readCorpus(folder)
  expect(rejected).toBe(5)
  expect(problems.map(renderProblem)).toEqual(
    [
      /a\.csv:5: TIMESTAMP: expected YYYY-MM-DD/,
      /a\.csv:6: ContextTokens: expected a whole number from 0, found "-1"/,
      /a\.csv:7: GeneratedTokens: expected a whole number from 0, found ""/,
      /a\.csv:8: ContextTokens: /,
      /b\.csv:2: /,
      /a\.csv: lengths and times alone/,
    ].map((each) => expect.stringMatching(each)),
  )
})

test('tables beside traces are not traces', async () => {
  const row = '{"timestamp":0,"input_length":1,"output_length":1,"hash_ids":[1]}'
  await writeFiles(folder, { 'about.csv': 'file,licence\n', 'rows.jsonl': row })
  expect(await readCorpus(folder)).toMatchObject({ files: 1, rejected: 0 })
})
