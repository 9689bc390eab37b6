import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('traces are found the second time, by any command, unless it is told not to; where and how large is said', async () => {
  const folder = temporaryFolder()
  const [traces, home] = [join(folder, 'traces'), join(folder, 'home')]
  const env = { XDG_CACHE_HOME: home, REPRISE_CACHE_MIB: '8' }
  const cli = (...args: readonly string[]) => runHere(args, { env })
  await cli('trace', 'synth', '--out', traces, '--traces', '6', '--scale', '0.3', '--turn-scale', '0.3')
  const before = 'as they were read before (--no-cache: anew)'

  const together = await Promise.all([1, 2, 3].map(() => cli('trace', 'stats', traces)))
  expect(together.map(({ code, stdout }) => [code, stdout])).toEqual(together.map(() => [0, together[0]!.stdout]))
  const again = await cli('trace', 'stats', traces)
  expect([again.stdout, again.stderr]).toEqual([together[0]!.stdout, expect.stringContaining(before)])
  const simulated = await cli(
    'simulate',
    '--traces',
    traces,
    '--passes',
    '1',
    '--lanes',
    '2',
    '--out',
    join(folder, 'run'),
  )
  expect([simulated.code, simulated.stderr]).toEqual([0, expect.stringContaining(before)])
  const anew = await cli('trace', 'stats', traces, '--no-cache')
  expect([anew.stdout, anew.stderr]).toEqual([again.stdout, expect.not.stringContaining(before)])

  const corpora = join(home, 'reprise', 'corpora')
  const [entry, ...others] = readdirSync(corpora)
  expect(others).toEqual([])
  const bytes = readFileSync(join(corpora, entry!))
  const said = { folder: corpora, corpora: 1, bytes: bytes.length, maxBytes: 8 * 2 ** 20 }
  expect(JSON.parse((await cli('trace', 'cache', '--json')).stdout)).toEqual(said)
  writeFileSync(join(corpora, entry!), bytes.subarray(0, 5000))
  const rebuilt = await cli('trace', 'stats', traces)
  expect([rebuilt.stdout, rebuilt.stderr]).toEqual([
    again.stdout,
    expect.stringContaining('warning: what was kept of these traces was damaged, and is made anew'),
  ])
  expect(readFileSync(join(corpora, entry!))).toEqual(bytes)
  expect((await cli('trace', 'cache', '--clear')).stdout).toMatch(/^freed {8}\d+ MiB\ncorpora {6}0$/m)
  expect(readdirSync(corpora)).toEqual([])
  const wrong = await runHere(['trace', 'cache'], { env: { ...env, REPRISE_CACHE_MIB: 'much' } })
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('REPRISE_CACHE_MIB: write a whole number')])
})
