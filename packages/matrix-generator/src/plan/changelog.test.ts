import { ConfigError, FlagError } from '@reprise/config-file'
import { describe, expect, test } from 'vitest'
import { augustMaster, augustRunners, readTexts } from '../testing/master-files.fixture.ts'
import { bucketRows } from './buckets.ts'
import { parseChangelog } from './parse-changelog.ts'
import { type ChangelogInput, planChangelog } from './plan-changelog.ts'

const first = '- config-keys: [tiny-fp8-h100-vllm]\n  description: [start]\n  pr-link: "#1"\n'
const entry = (keys: string, more = '') => `- config-keys: [${keys}]\n  description: [change]\n  pr-link: "#2"\n${more}`
const parse = (base: string, text: string) => parseChangelog(base, { file: 'log.yaml', text })
const head = readTexts(augustMaster, augustRunners)
const plan = (text: string, more: Partial<ChangelogInput> = {}) =>
  planChangelog({ head, added: parse('', text), ...more })

function problemOf(run: () => unknown) {
  try {
    run()
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  throw new Error('nothing was refused')
}

describe('reading', () => {
  test('the added entries are those at the end, with their places', () => {
    const added = parse(first, `${first}\n${entry('"*-agentic"')}`)
    expect(added).toMatchObject([{ entry: { 'config-keys': ['*-agentic'] }, place: { line: 5, column: 3 } }])
    expect(parse(first, first)).toEqual([])
    expect(parse('', first)).toHaveLength(1)
    expect(parse(`${first}\n\n`, `${first}${entry('a')}`)).toHaveLength(1)
  })
  test('history may not be changed, removed or moved', () => {
    expect(problemOf(() => parse(first, first.replace('start', 'begin')))).toMatchObject([
      { code: 'changelog-rewritten', place: { line: 2, column: 1 } },
    ])
    expect(problemOf(() => parse(first, ''))).toMatchObject([{ code: 'changelog-rewritten', place: { line: 1 } }])
    expect(problemOf(() => parse(first, `${entry('a')}${first}`))).toMatchObject([
      { code: 'changelog-rewritten', place: { line: 1 } },
    ])
  })
  test('blank lines are no history', () => {
    expect(parse(`${first}\n\n${entry('a')}`, `\n${first}${entry('a')}\n\n${entry('b')}`)).toMatchObject([
      { entry: { 'config-keys': ['b'] } },
    ])
  })
  test('a line that goes on with an old entry changes it', () => {
    expect(problemOf(() => parse(first, `${first}  evals-only: true\n${entry('a')}`))).toMatchObject([
      { code: 'changelog-rewritten', place: { line: 1, column: 3 } },
    ])
  })
  test('what is new in a log that was no YAML before is unknown, and not everything', () => {
    expect(problemOf(() => parse(`${first}- [`, `${first}- []\n`))).toMatchObject([{ code: 'changelog-rewritten' }])
    expect(problemOf(() => parse(`${first}- [\n`, `${first}- [\n]\n`))).toMatchObject([{ code: 'changelog-form' }])
  })
  test('an entry is checked where it stands; old entries are not', () => {
    const old = '- config-keys: 5\n'
    expect(problemOf(() => parse(old, `${old}- config-keys: []\n  description: [x]\n  pr-lnk: a\n`))).toMatchObject([
      { code: 'missing-key', place: { line: 2, column: 3 } },
      { code: 'out-of-bounds', place: { line: 2, column: 16 } },
      { code: 'unknown-key', place: { line: 4, column: 3 } },
    ])
    expect(problemOf(() => parse('', 'a: 1\n'))).toMatchObject([{ code: 'changelog-form' }])
  })
  test('append-only goes with no evaluation fields and no other entries', () => {
    expect(problemOf(() => parse('', entry('a', '  append-only: true\n  all-evals: true\n')))).toMatchObject([
      { code: 'append-only' },
    ])
    expect(problemOf(() => parse('', `${entry('a', '  append-only: true\n')}${entry('b')}`))).toMatchObject([
      { code: 'append-only', place: { line: 5 } },
    ])
  })
})

describe('planning', () => {
  test('throughput and evaluations apart, each configuration once per scenario', () => {
    const { throughput, evaluations } = plan(`${entry('tiny-fp8-h100-vllm')}${entry('"tiny-*"')}`)
    expect(throughput).toHaveLength(12 + 5 + 1)
    expect(throughput.every((job) => job.evaluation.run !== true)).toBe(true)
    expect(evaluations.map((job) => [job.configKey, job.concurrencies, job.evaluation.only])).toEqual([
      ['tiny-fp8-h100-vllm', [32], true],
      ['tiny-fp8-h100-vllm', [64], true],
      ['tiny-fp8-h100-vllm-agentic', [16], true],
      ['tiny-fp8-h100-vllm-disagg', [32, 64], true],
    ])
  })
  test('scenario types, evals-only, all-evals and a minimum of prefill ep', () => {
    expect(plan(entry('"*"', '  scenario-type: [agentic-coding]\n')).throughput).toHaveLength(5)
    expect(plan(entry('"*"', '  evals-only: true\n'))).toMatchObject({ throughput: [] })
    expect(plan(entry('"*"', '  all-evals: true\n')).evaluations).toHaveLength(5 + 5 + 1)
    expect(
      plan(entry('"*"', '  eval-min-prefill-ep: 2\n')).evaluations.every((job) => job.topology.kind === 'single'),
    ).toBe(true)
    expect(plan(entry('"*"'), { noEvals: true }).evaluations).toEqual([])
    expect(plan(entry('"*"'), { trim: true }).throughput).toHaveLength(6)
  })
  test('a key that names nothing is told at the entry', () => {
    expect(problemOf(() => plan(`${entry('"*"')}${entry('nope')}`))).toMatchObject([
      { code: 'unknown-config-key', place: { line: 4, column: 3 } },
    ])
  })
  test('append-only refuses what changes or removes a point', () => {
    const text = entry('"*-agentic"', '  append-only: true\n')
    const changed = readTexts(augustMaster.replaceAll('vllm:v1', 'vllm:v2'), augustRunners)
    expect(problemOf(() => plan(text, { base: changed }))).toMatchObject([{ code: 'append-only' }])
    const shorter = readTexts(augustMaster.replace('conc-list: [1, 2, 4]', 'conc-list: [1, 2]'), augustRunners)
    expect(plan(text, { base: shorter }).throughput.map((job) => job.concurrencies)).toEqual([[4]])
    expect(problemOf(() => planChangelog({ head: shorter, base: head, added: parse('', text) }))).toMatchObject([
      { code: 'append-only' },
    ])
  })
  test('append-only: of a deployment that measures more than before, what is more', () => {
    const grown = readTexts(augustMaster.replace('conc-list: [32, 64]', 'conc-list: [32, 48, 64, 128]'), augustRunners)
    const added = parse('', entry('"*-disagg"', '  append-only: true\n'))
    expect(planChangelog({ head: grown, base: head, added }).throughput.map((job) => job.concurrencies)).toEqual([
      [48, 128],
    ])
    expect(problemOf(() => planChangelog({ head, base: grown, added }))).toMatchObject([{ code: 'append-only' }])
  })
  test('flags that exclude each other are refused', () => {
    expect(() => plan(entry('"*"'), { noEvals: true, evalsOnly: true })).toThrow(FlagError)
    expect(() => plan(entry('"*"'), { noEvals: true, allEvals: true })).toThrow(FlagError)
  })
  test('the buckets have the names that the workflows expect', () => {
    const buckets = bucketRows(plan(entry('"*"')), 'aug2026')
    const sizes = Object.fromEntries(Object.entries(buckets.single_node).map(([name, rows]) => [name, rows.length]))
    expect(sizes).toEqual({ '1k1k': 7, '8k1k': 5, agentic: 5 })
    expect(Object.keys(buckets.multi_node)).toEqual(['8k1k'])
    expect(
      [buckets.evals, buckets.agentic_evals, buckets.multinode_evals, buckets.multinode_agentic_evals].map(
        (rows) => rows.length,
      ),
    ).toEqual([2, 1, 1, 0])
  })
})
