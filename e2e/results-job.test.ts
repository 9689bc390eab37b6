import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sweepJobWith } from '@reprise/matrix-generator/fixtures'
import { JobStatus } from '@reprise/result-aggregator'
import { describe, expect, test } from 'vitest'
import { runHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

const id = '0123456789abcdef'
const job = sweepJobWith({ runner: 'h100', concurrencies: [4] }, { id, name: 'tiny_conc4' })
const failure = (failureClass: string) => {
  return {
    schema: 'launch-failure/1',
    class: failureClass,
    phase: 'ready',
    message: 'no answer',
    logTail: ['::error::x'],
  }
}

/** A folder with a sweep of one job, and what that job left. */
function leave(files: Readonly<Record<string, unknown>>, jobs: readonly unknown[] = [job]) {
  const folder = temporaryFolder()
  const work = join(folder, 'jobs', `job-${id}`)
  for (const name of ['launch', 'run']) mkdirSync(join(work, name), { recursive: true })
  for (const [path, value] of Object.entries(files)) writeFileSync(join(work, path), JSON.stringify(value))
  writeFileSync(join(folder, 'job.json'), JSON.stringify(job))
  writeFileSync(join(folder, 'sweep.json'), JSON.stringify({ schema: 'sweep-plan/1', jobs }))
  return { folder, work }
}

describe('results job: a status, and an exit code for whoever can act', { timeout: 60_000 }, () => {
  test.each<[files: Record<string, unknown>, flags: string[], failureClass: string, code: number]>([
    [{ 'launch/launch-failure.json': failure('infrastructure') }, [], 'infrastructure', 3],
    [{ 'launch/launch-failure.json': failure('recipe') }, [], 'recipe', 2],
    [{ 'launch/launch-failure.json': failure('recipe') }, ['--cancelled'], 'cancelled', 4],
    [{}, [], 'missing', 4],
  ])('%j %j: %s', async (files, flags, failureClass, code) => {
    const { folder, work } = leave(files)
    const run = await runHere(['results', 'job', '--job', join(folder, 'job.json'), '--work', work, ...flags])
    expect(run.code).toBe(code)
    expect(run.stdout).toContain(`tiny tiny_conc4: FAILED ${failureClass}`)
    expect(run.stdout).toMatch(new RegExp(`again: npx reprise bench --config-key tiny --point ${id}\n$`))
    expect(run.stdout.split('\n').filter((line) => line.trimStart().startsWith('::'))).toEqual([])
    expect(JobStatus.parse(JSON.parse(readFileSync(join(work, 'status.json'), 'utf8'))).failure?.class).toBe(
      failureClass,
    )
    expect(JSON.parse(readFileSync(join(work, 'job.json'), 'utf8'))).toEqual(job)
  })

  test('--json: the status alone on stdout', async () => {
    const { folder, work } = leave({})
    const run = await runHere(['results', 'job', '--job', join(folder, 'job.json'), '--work', work, '--json'])
    expect(JobStatus.parse(JSON.parse(run.stdout)).outcome).toBe('failed')
  })
})

describe('results collect', { timeout: 60_000 }, () => {
  const collect = (folder: string, ...flags: string[]) =>
    runHere(['results', 'collect', '--jobs', 'sweep.json', '--from', 'jobs', '--out', 'out', ...flags], { cwd: folder })

  test('a job without a good word is a FAILED row and exit code 4; every file is there', async () => {
    const { folder } = leave({})
    const run = await collect(folder)
    expect(run.code).toBe(4)
    expect(run.stdout).toMatch(/^1 job: 0 done, 1 failed$/m)
    for (const file of ['collection.json', 'table.md', 'table.csv', 'summary.md', 'pareto.svg', 'report.html'])
      expect(existsSync(join(folder, 'out', file)), file).toBe(true)
    expect(readFileSync(join(folder, 'out/report.html'), 'utf8')).toContain('FAILED missing')
    expect(readFileSync(join(folder, 'out/summary.md'), 'utf8')).not.toContain('mermaid')
  })

  test('a sweep without a job is a failure too', async () => {
    const { folder } = leave({}, [])
    const run = await collect(folder, '--json')
    expect(run.code).toBe(4)
    expect(JSON.parse(run.stdout).totals).toEqual({ jobs: 0, done: 0, failed: 0 })
    expect(run.stderr).toMatch(/has no job/)
  })

  test.each<[what: string, text: string, words: RegExp]>([
    [
      'two jobs of one id',
      JSON.stringify({ schema: 'sweep-plan/1', jobs: [job, job] }),
      /0123456789abcdef is in it twice/,
    ],
    ['rows', '[{"conc": 1}]', /--jobs sweep.json: /],
    ['no JSON', '{', /is not JSON/],
    [
      'a job with a hostile name',
      JSON.stringify({ schema: 'sweep-plan/1', jobs: [{ ...job, name: '../x' }] }),
      /jobs.0.name/,
    ],
  ])('a plan that is %s is refused', async (_, text, words) => {
    const { folder } = leave({})
    writeFileSync(join(folder, 'sweep.json'), text)
    const run = await collect(folder)
    expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(words)])
    expect(run.stderr).not.toMatch(/^\s+at /m)
  })
})
