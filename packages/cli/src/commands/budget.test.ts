import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runRegistered } from '../terminal/run-registered.fixture.ts'
import { registerBudget } from './budget.ts'
import { registerSimulate } from './simulate.ts'
import { registerTrace } from './trace.ts'

let folder = ''
let traces: readonly string[] = []
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-budget-'))
  const out = join(folder, 'traces')
  traces = ['--traces', out, '--no-cache']
  const size = ['--traces', '300', '--scale', '0.05', '--turn-scale', '0.2']
  await runRegistered(registerTrace, ['trace', 'synth', '--out', out, ...size])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function budget(words: readonly string[]) {
  const made: (readonly string[])[] = []
  const kept = await runRegistered(registerBudget, ['budget', ...words], {
    runCommand: async (argv, io) => {
      made.push(argv)
      return (await runRegistered(registerSimulate, argv, { signal: io.signal })).exitCode
    },
  })
  return { ...kept, made }
}

describe('budget', () => {
  test('a run as long as it says knows the figure about so exactly', async () => {
    const pilots = join(folder, 'pilots')
    const want = ['--half-width', 'ttft_p50=3%,output=20%', '--json']
    const { stdout, made } = await budget([
      ...traces,
      ...want,
      '--lanes',
      '6',
      '--pilot',
      '20m',
      '--out',
      pilots,
      '--quiet',
    ])
    expect(made).toHaveLength(1)
    const [pilot] = JSON.parse(stdout).budgets
    expect(pilot).toMatchObject({ load: '6 lanes', measuredMs: 1_200_000, corpusSessions: 300 })
    for (const { goal, run, pilot: known } of pilot.goals) {
      expect(run.sessions).toBeLessThanOrEqual(300)
      // A pilot that knew it already would prove nothing.
      expect(known.halfWidthShare).toBeGreaterThan(1.2 * goal.halfWidthShare)
      const out = join(folder, `run-${goal.metric}`)
      const load = ['--lanes', '6', '--seed', '7', '--duration', `${Math.round(run.measuredMs)}ms`]
      const simulated = ['simulate', ...traces, ...load, '--out', out, '--json', '--quiet', '--no-report']
      const result = JSON.parse((await runRegistered(registerSimulate, simulated)).stdout)
      const { halfWidthShare } =
        goal.metric === 'output' ? result.throughput.intervals.output : result.metrics.ttft.intervals.p50
      // One run: npm run bench:budget has the medians of several, 1.1 to 1.8.
      expect(halfWidthShare / goal.halfWidthShare).toBeGreaterThan(0.4)
      expect(halfWidthShare / goal.halfWidthShare).toBeLessThan(2.5)
    }
  })

  test('from runs that lie there: a table, what it rests on, and what cannot be reached', async () => {
    const want = ['--half-width', 'ttft_p50=3%,tpot_p50=5%,ttft_p90=0.5%', '--gpus', '8']
    const { exitCode, stdout, made } = await budget([join(folder, 'pilots'), ...want])
    expect([exitCode, made]).toEqual([0, []])
    expect(stdout).toMatch(
      /^6 lanes: 20 min of \d+ sessions in .*; the corpus has 300\nwanted +pilot +for one +all sessions +sessions +one run +GPU h/,
    )
    expect(stdout).toMatch(/ttft_p50 \+-3 % .* \d+\.\d +\d/)
    expect(stdout).toContain(
      '- not reachable: tpot_p50 +-5 %: in 20 min nobody can tell; a pace takes a pilot of an hour',
    )
    expect(stdout).toMatch(/not reachable: ttft_p90 \+-0\.5 %.*: /)
    expect(stdout).toContain('Assumed: the error of a figure shrinks with the root of the time')
  })

  test('what cannot be done is refused: pilots named and simulated, no run, a figure that nobody knows', async () => {
    const pilots = join(folder, 'pilots')
    expect(await budget([pilots, '--lanes', '4'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--lanes is of simulated pilots'),
    })
    expect(await budget([pilots, '--seed', '4'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--seed is of simulated'),
    })
    expect(await budget([join(folder, 'nowhere')])).toMatchObject({ exitCode: 2 })
    expect(await budget(['--half-width', 'speed=1%'])).toMatchObject({ exitCode: 2 })
    const failed = await budget([...traces, '--lanes', '4', '--passes', '1', '--out', join(folder, 'x')])
    expect(failed.exitCode).toBe(2)
  })
})
