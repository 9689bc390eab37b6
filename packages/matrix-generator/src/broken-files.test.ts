import { ConfigError, type Problem, renderAnnotations, renderProblems } from '@reprise/config-file'
import { describe, expect, test } from 'vitest'
import { brokenFiles } from './testing/broken-files.fixture.ts'
import { augustMaster, augustRunners, readTexts } from './testing/master-files.fixture.ts'
import { edit } from './testing/master-texts.fixture.ts'

function problemsOf(master: string, runners: string): readonly Problem[] {
  try {
    readTexts(master, runners, { epoch: 'aug2026' })
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

function markedPlace(text: string): { line: number; column: number } {
  const before = text.slice(0, text.indexOf('▸'))
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') }
}

test('the whole files are fine, and there are at least a hundred broken ones', () => {
  expect(problemsOf(augustMaster, augustRunners)).toEqual([])
  expect(brokenFiles.length).toBeGreaterThanOrEqual(100)
  expect(new Set(brokenFiles.map(({ name }) => name)).size).toBe(brokenFiles.length)
})

describe('a broken file is refused at the line and column of its mistake', () => {
  test.each(brokenFiles)('$name', ({ text, file, code }) => {
    expect(text).toContain('▸')
    const broken = text.replace('▸', '')
    const problems = file === 'runners' ? problemsOf(augustMaster, broken) : problemsOf(broken, augustRunners)
    const expected = { file: `${file ?? 'master'}.yaml`, ...markedPlace(text) }
    const there = problems.filter(({ place }) => JSON.stringify(place) === JSON.stringify(expected))
    expect(
      there.map((problem) => problem.code),
      renderProblems(problems.slice(0, 20)),
    ).toContainEqual(typeof code === 'string' ? code : expect.stringMatching(code))
    expect(there.every(({ message }) => message.length < 400 && !/\p{Cc}/u.test(message))).toBe(true)
    const annotation = `file=${expected.file},line=${expected.line},col=${expected.column}`
    expect(renderAnnotations(problems)).toContain(annotation)
    expect(renderProblems(problems)).not.toMatch(/\n\s+at /)
  })
})

test('all problems of all entries are told at once, in file order', () => {
  const text = augustMaster
    .replace('precision: fp8', 'precision: 8')
    .replace('conc-list: [16, 128]', 'conc-list: [0]')
    .replace('kv-offloading: none', 'kv-offloadin: none')
    .replace('num-worker: 2', 'num-worker: two')
  const problems = problemsOf(text, augustRunners)
  expect(problems.map(({ code, place }) => `${place?.line}:${place?.column} ${code}`)).toMatchInlineSnapshot(`
    [
      "5:14 wrong-type",
      "15:52 concurrency-not-positive",
      "32:9 offloading-missing",
      "32:18 unknown-key",
      "52:31 wrong-type",
    ]
  `)
  expect(renderProblems(problems)).toMatchInlineSnapshot(`
    "master.yaml:5:14: error: precision is 8; put it in quotes
    master.yaml:15:52: error: 0 is not a concurrency; write a whole number from 1
    master.yaml:32:9: error: a single-node line without kv-offloading; write kv-offloading: none or kv-offloading: dram
    master.yaml:32:18: error: unknown key "kv-offloadin"; did you mean kv-offloading?
    master.yaml:52:31: error: num-worker is "two"; write a number
    5 errors
    "
  `)
})

describe('a mistake is told once, with a cure that fits', () => {
  const told = (text: string) => problemsOf(text, augustRunners).map(({ message, cure }) => `${message}; ${cure}`)
  test.each([
    [
      'a known key in a wrong place',
      edit('  image:', '  tp: 4\n  image:'),
      /^unknown key "tp"; remove it; it does not belong here$/,
    ],
    ['a key that every object has', edit('  image:', '  toString: 4\n  image:'), /^unknown key "toString"; remove it$/],
    ['multinode as text', edit('multinode: false', 'multinode: "false"'), /^multinode is "false"; did you mean false/],
    ['a merge of nothing', edit('  image:', '  <<: *nope\n  image:'), /^no anchor &nope/],
    [
      'an item of a list',
      edit('conc-list: [1, 2, 4]', 'conc-list: [1, yes]'),
      /^an item of conc-list is true; write a number$/,
    ],
    ['a second document', `${augustMaster}---\n`, /^a second document begins here; put one document into one file$/],
    [
      'a line indented too far',
      edit('  model: example', '   model: example'),
      /^the line is indented too far.*; align/,
    ],
    ['an escape that is none', edit('image: example/vllm:v1', 'image: "a\\qb"'), /; write the backslash twice/],
    // what looks like an open quote hides the brackets from the count of levels, and the parser runs into its own limit
    ['nesting behind a quote', `a: b 'c\nx: ${'['.repeat(20_000)}`, /^nested too deep to be read; /],
    ['a reserved sign', edit('image: example/vllm:v1', 'image: @a'), /; put the text in quotes$/],
  ])('%s', (_, text, expected) => {
    expect(told(text)).toEqual([expect.stringMatching(expected)])
  })
})
