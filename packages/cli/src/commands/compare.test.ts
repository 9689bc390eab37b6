import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultEngine } from '@reprise/engine-sim/core'
import { RunComparison } from '@reprise/result-aggregator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runRegistered } from '../terminal/run-registered.fixture.ts'
import { registerCompare } from './compare.ts'
import { registerSimulate } from './simulate.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-compare-'))
const path = (name: string) => join(folder, name)
const compare = (...args: string[]) => runRegistered(registerCompare, ['compare', ...args, '--quiet'])
const simulate = (name: string, ...args: string[]) =>
  runRegistered(registerSimulate, [
    'simulate',
    '--lanes',
    '6',
    '--duration',
    '12m',
    '--out',
    path(name),
    '--quiet',
    ...args,
  ])

beforeAll(async () => {
  const { stepTime, ...engine } = defaultEngine()
  const slower = Object.fromEntries(Object.entries(stepTime).map(([name, ms]) => [name, ms * 1.2]))
  writeFileSync(path('slow.json'), JSON.stringify({ ...engine, stepTime: slower }))
  await simulate('base', '--seed', '1')
  await simulate('slow', '--seed', '1', '--engine', path('slow.json'))
  await simulate('other', '--seed', '2')
  await simulate('short', '--seed', '1', '--duration', '11m')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('what differs first, then the figures, and a sentence last', async () => {
  const { stdout, exitCode } = await compare(path('base'), path('slow'))
  const lines = stdout.trimEnd().split('\n')
  expect(exitCode).toBe(0)
  expect(lines[3]).toBe('differs: engine.stepTime.baseMs: 8 (A), 9.6 (B)')
  expect(stdout).toContain('Paired: the same turns of one plan\nTurns: ')
  expect(lines.find((line) => line.startsWith('TPOT, typical turn'))).toMatch(/ {2}B worse$/)
  expect(lines.at(-1)).toMatch(/^B .*takes \d+ % longer for each output token of a typical turn/)
})

test('gates decide how it ends: 4 where one fails, else 5 where one cannot be told', async () => {
  const endOf = async (...args: string[]) => (await compare(path('base'), path('slow'), ...args)).exitCode
  const [fails, passes, cannotTell] = ['tpot > +3%', 'tpot > +90%', 'ttft.p99 > +5%']
  expect(await endOf('--fail-if', fails, '--fail-if', cannotTell)).toBe(4)
  expect(await endOf('--fail-if', passes)).toBe(0)
  expect(await endOf('--fail-if', passes, '--fail-if', cannotTell)).toBe(5)
  expect(await endOf('--fail-if', passes, '--fail-if', cannotTell, '--lenient')).toBe(0)
  expect(await endOf('--fail-if', 'ttf > +5%')).toBe(2)
})

test('as JSON one value, and a page that needs no network', async () => {
  const page = path('pages/compare.html')
  const { stdout } = await compare(path('base'), path('other'), '--accept', 'corpus', '--json', '--html', page)
  const comparison = RunComparison.parse(JSON.parse(stdout))
  expect(comparison).toMatchObject({
    method: 'independent',
    notPaired: ['their work differs in corpus'],
  })
  const again = path('again.html')
  await compare(path('base'), path('other'), '--accept', 'corpus', '--json', '--html', again)
  expect(readFileSync(again, 'utf8')).toBe(readFileSync(page, 'utf8'))
})

test('work that differs is refused by name, and told where it is meant', async () => {
  const refused = await compare(path('base'), path('short'))
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).toMatch(/until \(window 720 s; window 660 s\).*--accept until/)
  const accepted = await compare(path('base'), path('short'), '--accept', 'until')
  expect(accepted.exitCode).toBe(0)
  expect(accepted.stdout).toContain('other work, accepted: until: window 720 s (A), window 660 s (B)')
})

test('two folders, or the runs of both sides', async () => {
  expect((await compare(path('base'))).stderr).toContain('Give two folders, A and B')
  const three = await compare(path('base'), path('other'), '--with', path('slow'))
  expect(three.stderr).toContain('A has 2 runs and B 1 run')
  expect((await compare(path('base'), '--with', path('slow'))).exitCode).toBe(0)
})
