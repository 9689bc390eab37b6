import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlannedJob } from '@reprise/matrix-generator'
import { sweepJobWith } from '@reprise/matrix-generator/fixtures'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keptContext } from '../terminal/kept-context.fixture.ts'
import { benchJob } from './bench-job.ts'

let jobs = ''
beforeEach(() => {
  jobs = mkdtempSync(join(tmpdir(), 'reprise-bench-job-'))
})
afterEach(() => rmSync(jobs, { recursive: true, force: true }))

/** Benches a job by commands that only answer: `codes` by the words that a command begins with, 0 for others. */
async function bench({
  evaluation = { run: false },
  codes = {},
  quiet = false,
  stopAt,
}: {
  evaluation?: PlannedJob['evaluation']
  codes?: Record<string, number>
  quiet?: boolean
  stopAt?: string
} = {}) {
  const job = sweepJobWith({ evaluation })
  const ran: string[][] = []
  const said: string[] = []
  const stop = new AbortController()
  const { context, kept } = keptContext({
    signal: stop.signal,
    runCommand: async (words, io) => {
      ran.push([...words])
      const name = words.slice(0, words[0] === 'launch' ? 2 : 1).join(' ')
      if (name === stopAt) stop.abort()
      if (name === 'launch run') io.stdout.write(JSON.stringify({ url: 'http://127.0.0.1:9', model: 'm' }))
      io.stderr.write(`${name}\n`)
      return codes[name] ?? 0
    },
  })
  const end = await benchJob(job, { jobs, traces: 'traces/', quiet, say: (text) => said.push(text) }, context)
  return { end, ran, said, kept, names: kept.stderr.trim().split('\n'), folder: join(jobs, `job-${job.id}`) }
}

test('launch, replay, stop; the job lies in its folder, and what a command prints stays inside', async () => {
  const { names, ran, said, kept, folder } = await bench()
  expect(names).toEqual(['launch run', 'replay', 'launch stop'])
  expect(said).toEqual(['launching', 'replaying'])
  expect(kept.stdout).toBe('')
  const job = join(folder, 'job.json')
  expect(JSON.parse(readFileSync(job, 'utf8')).schema).toBe('sweep-job/2')
  expect(existsSync(join(folder, 'status.json'))).toBe(true)
  const [launched, replayed, stopped] = ran
  const state = join(folder, 'launch')
  expect(launched).toEqual(['launch', 'run', '--job', job, '--state', state, '--detach', '--json'])
  const endpoint = ['--job', job, '--url', 'http://127.0.0.1:9', '--model', 'm', '--json']
  expect(replayed).toEqual([
    'replay',
    ...endpoint,
    '--launch',
    state,
    '--out',
    join(folder, 'run'),
    '--no-report',
    '--traces',
    'traces/',
  ])
  expect(stopped).toEqual(['launch', 'stop', '--state', state, '--json'])
})

test.each<[PlannedJob['evaluation'], string[]]>([
  [{ run: true }, ['launch run', 'replay', 'launch eval', 'launch stop']],
  [{ run: false, only: true }, ['launch run', 'launch eval', 'launch stop']],
  [{ run: true, only: true }, ['launch run', 'launch eval', 'launch stop']],
])('an evaluation %o', async (evaluation, expected) => {
  expect((await bench({ evaluation })).names).toEqual(expected)
})

test('a server that does not come up is measured by nothing, and stopped all the same', async () => {
  const { names, end } = await bench({ codes: { 'launch run': 3 } })
  expect(names).toEqual(['launch run', 'launch stop'])
  expect(end.status.outcome).toBe('failed')
  expect(end.hadBug).toBe(false)
})

test('a user who asks to stop gets no evaluation, and the job is cancelled', async () => {
  const { names, end } = await bench({ evaluation: { run: true }, stopAt: 'replay' })
  expect(names).toEqual(['launch run', 'replay', 'launch stop'])
  expect(end.status.failure?.class).toBe('cancelled')
})

test('a bug of ours in any of the commands is remembered', async () => {
  expect((await bench({ codes: { replay: 70 } })).end.hadBug).toBe(true)
})

test('quiet is passed on to the commands that tell their progress', async () => {
  const { ran } = await bench({ quiet: true })
  expect(ran.map((words) => words.includes('--quiet'))).toEqual([true, true, false])
})
