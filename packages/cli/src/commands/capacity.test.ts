import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Interrupted } from '../terminal/interrupts.ts'
import { runRegistered } from '../terminal/run-registered.fixture.ts'
import { registerCapacity } from './capacity.ts'
import { registerReport } from './report.ts'
import { registerSimulate } from './simulate.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-capacity-'))
  // Two requests at a time: every further agent waits.
  const engine = {
    ...{ schema: 'engine/1', model: 'slow', scheduler: { numBlocks: 16_384, maxNumSeqs: 2 } },
    stepTime: { baseMs: 30, prefillMsPerToken: 0.1 },
  }
  writeFileSync(join(folder, 'slow.json'), JSON.stringify(engine))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const load = () => ['--engine', join(folder, 'slow.json'), '--think-cap', '3', '--duration', '10m']

/** Searches with runs that the engine model makes, in this process, and tells which ones were made. */
async function search(
  words: readonly string[],
  {
    answer,
    signal = new AbortController().signal,
  }: { answer?: (argv: readonly string[]) => number | undefined; signal?: AbortSignal } = {},
) {
  const made: string[] = []
  const kept = await runRegistered(registerCapacity, ['capacity', ...load(), '--max-repeats', '3', ...words], {
    signal,
    runCommand: async (argv, io) => {
      made.push(
        argv
          .slice(argv.indexOf('--out') + 1)[0]!
          .split('/')
          .at(-1)!,
      )
      return answer?.(argv) ?? (await runRegistered(registerSimulate, argv, { signal: io.signal })).exitCode
    },
  })
  return { ...kept, made }
}

const capacity = (out: string) => JSON.parse(readFileSync(join(folder, out, 'capacity.json'), 'utf8'))

describe('capacity', () => {
  test('what it says to hold keeps with fresh seeds, and what it says not to hold breaks', async () => {
    const out = join(folder, 'a')
    const { exitCode, stdout, stderr, made } = await search(['--slo', 'ttft_p90=3s', '--lanes', '2-6', '--out', out])
    expect(exitCode).toBe(0)
    const { holds, breaks, points, ended, schema } = capacity('a')
    expect({ schema, ended }).toEqual({ schema: 'capacity/1', ended: 'found' })
    expect(stdout).toContain(`holds ${holds} lanes within ttft_p90 <= 3 s, and not ${breaks} lanes`)
    expect(stdout).toContain(`report: ${join(out, 'report.html')}\n\nagain: npx reprise capacity`)
    const page = () => readFileSync(join(out, 'report.html'), 'utf8')
    const sentence = `Holds ${holds} lanes within ttft_p90 &lt;= 3 s, and not ${breaks} lanes`
    expect([page().includes('<a href="#capacity">'), page().includes(sentence)]).toEqual([true, true])
    rmSync(join(out, 'report.html'))
    expect((await runRegistered(registerReport, ['report', out])).stdout).toBe(`${join(out, 'report.html')}\n`)
    expect(page().includes(sentence)).toBe(true)
    expect(stderr).toMatch(/^\d+ to \d+ sizes, 1 to 3 runs each: \d+ to \d+ runs of 10 min/)
    expect(stderr).toContain('run 1 of at most ')
    expect(points.find(({ size }: { size: number }) => size === holds).runs.length).toBeGreaterThanOrEqual(3)
    for (const [size, isHeld] of [
      [holds, true],
      [breaks, false],
    ] as const) {
      const values = await Promise.all([101, 102, 103].map((seed) => p90At(size, seed)))
      const mean = Math.exp(values.reduce((sum, ms) => sum + Math.log(ms), 0) / values.length)
      expect(mean <= 3_000).toBe(isHeld)
    }
    // The same again makes no run; other objectives look at the same runs.
    expect((await search(['--slo', 'ttft_p90=3s', '--lanes', '2-6', '--out', out, '--no-report'])).made).toEqual([])
    const other = await search([
      '--slo',
      'ttft_p90=4s',
      '--lanes',
      '2-6',
      '--out',
      out,
      '--json',
      '--quiet',
      '--no-report',
    ])
    expect(other.made.length).toBeLessThan(made.length)
    expect(JSON.parse(other.stdout)).toMatchObject({ schema: 'capacity/1', range: { unit: 'lanes', from: 2, to: 6 } })
    expect(other.stderr).toBe('')
    const strange = await search(['--slo', 'ttft_p90=3s', '--out', out, '--seed', '7'])
    expect([strange.exitCode, strange.stderr]).toEqual([2, expect.stringContaining('are of another search')])
  })

  test('asked to stop it says what it knows and how to go on, and goes on without what it had', async () => {
    const [out, stop] = [join(folder, 'b'), new AbortController()]
    const words = ['--slo', 'ttft_p90=3s', '--lanes', '2-3', '--out', out, '--quiet', '--no-report', '--max-runs', '2']
    const cut = await search(words, {
      signal: stop.signal,
      answer: (argv) => {
        if (!argv.includes('43')) return undefined
        stop.abort(new Interrupted('SIGINT'))
        return 130
      },
    })
    expect([cut.exitCode, cut.made.length]).toEqual([130, 2])
    expect(cut.stdout).toContain('the search is not over: it was told to stop')
    expect(cut.stdout).toContain('go on: npx reprise capacity')
    expect(capacity('b').points).toHaveLength(1)
    const rest = await search(words)
    expect([rest.exitCode, rest.made.length]).toEqual([0, 2])
    expect(rest.made).not.toContain(cut.made[0])
    expect(rest.stdout).toContain('holds 3 lanes within ttft_p90 <= 3 s, the most that was to be tried')
  })

  test('a server that serves nobody under a load breaks it; one that is gone ends the search with its code', async () => {
    const out = join(folder, 'c')
    const words = ['--slo', 'ttft_p90=3s', '--out', out, '--quiet', '--no-report']
    const gaveUp = await search([...words, '--lanes', '2', '--warmup-limit', '1ms'])
    expect([gaveUp.exitCode, gaveUp.stdout]).toEqual([0, expect.stringContaining('given up: warmup-limit')])
    expect(gaveUp.stdout).toContain('does not hold even 1 lane')
    const gone = await search([...words, '--lanes', '2-6', '--overwrite'], { answer: () => 3 })
    expect([gone.exitCode, gone.stdout]).toEqual([3, expect.stringContaining('a run could not be made')])
  })

  test.each([
    [['--slo', 'ttft_p90=3s', '--preset', 'fixed-schedule'], 'is as large as its recording'],
    [['--slo', 'ttft_p90=3s', '--rate', '1-2'], '--rate is not of --preset agentx-v0.1: say --lanes'],
    [['--slo', 'ttft_p90=3s', '--preset', 'rate', '--lanes', '1-2'], 'say --rate'],
    [['--slo', 'ttft_p90=3s', '--ramp', '1m'], 'leave it out'],
    [['--slo', 'ttft_p90=3s', '--lanes', '8-2'], 'The least comes first'],
    [['--slo', 'ttft_p90=3s', '--lanes', '1,2,4'], 'Write a whole number'],
    [[], 'required option'],
  ])('%j is refused before anything is made', async (words, message) => {
    const { exitCode, stderr, made } = await search([...words, '--out', join(folder, 'd')])
    expect([exitCode, stderr, made]).toEqual([2, expect.stringContaining(message), []])
    expect(existsSync(join(folder, 'd'))).toBe(false)
  })
})

async function p90At(lanes: number, seed: number): Promise<number> {
  const out = join(folder, `fresh-${lanes}-${seed}`)
  const size = ['--lanes', String(lanes), '--seed', String(seed)]
  const { stdout } = await runRegistered(registerSimulate, [
    'simulate',
    ...load(),
    ...size,
    '--out',
    out,
    '--json',
    '--quiet',
    '--no-report',
  ])
  return JSON.parse(stdout).metrics.ttft.p90
}
