import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { runCli, startCli } from './run-cli.ts'
import { serveHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

const load = [
  '--preset',
  'fixed-seq-len',
  '--isl',
  '200',
  '--osl',
  '20',
  '--lanes',
  '2',
  '--duration',
  '10m',
  '--quiet',
]

test('nobody else writes to the folder of a run that is on: it ends as if alone', { timeout: 120_000 }, async () => {
  const server = await serveHere()
  const out = join(temporaryFolder(), 'run')
  const replay = ['replay', '--url', server.url, ...load, '--out', out]
  const first = startCli(replay)
  while (!existsSync(join(out, 'run.json')) && first.child.exitCode === null) await sleep(5)

  const others = [
    ['replay', '--resume', out, '--quiet'],
    [...replay, '--overwrite'],
    ['simulate', '--lanes', '2', '--passes', '1', '--out', out, '--overwrite', '--quiet'],
    ['results', 'build', out],
  ]
  for (const args of others) {
    const other = await runCli(args)
    expect(other.stderr, args.join(' ')).toMatch(/process \d+ of this machine writes to it since .* Wait for its end/)
    expect(other.code).toBe(2)
  }

  // It lasts until all of them have tried, however long that takes.
  first.child.kill('SIGINT')
  const { code, stderr } = await first.ended
  await server.stop()
  expect(code, stderr).toBe(130)
  const { ended } = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8'))
  expect(ended.reason).toBe('interrupted')
  const result = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'))
  expect(result.completeness).toEqual({ ended: 'interrupted', unreadableLines: 0 })
  expect(existsSync(join(out, 'run.lock'))).toBe(false)
})
