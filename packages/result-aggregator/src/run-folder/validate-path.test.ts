import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Forger, playMinute, writePlayed } from '../testing/written-run.fixture.ts'
import { findResults } from './find-results.ts'
import { validatePath } from './validate-path.ts'

let parent = ''
const at = (...path: string[]) => join(parent, ...path)
beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'reprise-validate-'))
  await writePlayed(at('jobs', 'job-2', 'run'), await playMinute())
  mkdirSync(at('jobs', 'job-10'))
  cpSync(at('jobs', 'job-2', 'run', 'results.json'), at('jobs', 'job-10', 'results.json'))
})
afterAll(() => rmSync(parent, { recursive: true, force: true }))

test('runs and results that lie alone are found by name, and links are not followed', async () => {
  mkdirSync(at('elsewhere'))
  cpSync(at('jobs', 'job-2'), at('elsewhere', 'job-3'), { recursive: true })
  symlinkSync(at('elsewhere'), at('jobs', 'link'))
  expect(await findResults([at('jobs')])).toEqual([at('jobs', 'job-2', 'run'), at('jobs', 'job-10', 'results.json')])
  mkdirSync(at('nothing'))
  await expect(findResults([at('nothing')])).rejects.toThrow(/no run and no results\.json in it/)
})

test('a run is judged by its records, a result alone by its own word', async () => {
  const [run, alone] = [
    await validatePath(at('jobs', 'job-2', 'run')),
    await validatePath(at('jobs', 'job-10', 'results.json')),
  ]
  expect(run).toMatchObject({ by: 'records', verdict: 'indicative' })
  expect(run.gates.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    'aggregate pass',
    'request_count pass',
    'completed_requests pass',
    'error_rate pass',
    'finite_values pass',
    'order_of_values pass',
    'limits pass',
    'records pass',
  ])
  expect(alone).toMatchObject({ by: 'result', verdict: 'indicative', reasons: run.reasons })
  expect(alone.gates.at(-1)).toMatchObject({ name: 'records', outcome: 'not-checked' })
  expect(run.reasons.map(({ code }) => code)).toContain('short-window')
})

test('a result that says otherwise than its records is invalid, and so is a run without one', async () => {
  const folder = at('edited')
  cpSync(at('jobs', 'job-2', 'run'), folder, { recursive: true })
  const forger = new Forger(folder)
  forger.result(({ validity, ...result }) => ({ ...result, validity: { ...validity, verdict: 'valid' } }))
  expect(await validatePath(folder)).toMatchObject({
    verdict: 'invalid',
    gates: expect.arrayContaining([
      {
        name: 'aggregate',
        outcome: 'fail',
        says: 'results.json is not what the records give: validity.verdict is "valid", and not "indicative"',
      },
    ]),
  })
  rmSync(join(folder, 'results.json'))
  expect((await validatePath(folder)).gates[0]).toMatchObject({
    name: 'aggregate',
    outcome: 'fail',
    says: expect.stringMatching(/make it/),
  })
})

test.each([
  ['no JSON', 'results', /it is not JSON/],
  ['nested without end', '['.repeat(50_000), /nested deeper/],
  ['a list', '[]', /not a result/],
  ['of infinite numbers', '{"a": 1e999}', /infinite/],
])('what is %s cannot be read, and is said', async (_, text, says) => {
  const path = at('odd.json')
  writeFileSync(path, text)
  expect(await validatePath(path)).toMatchObject({
    verdict: 'unreadable',
    gates: [{ name: 'aggregate', outcome: 'fail', says: expect.stringMatching(says) }],
  })
})

test('a link in the place of a result is not followed', async () => {
  symlinkSync('/etc/passwd', at('link.json'))
  expect(await validatePath(at('link.json'))).toMatchObject({
    verdict: 'unreadable',
    gates: [{ says: expect.stringMatching(/a link stands/) }],
  })
})
