import { join } from 'node:path'
import { expect, test } from 'vitest'
import { captureCli } from '../capture-cli.ts'
import { killCaptures } from '../capture-kill.ts'
import { runCli, serveCli } from '../run-cli.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const kills = 20

test('killed at 20 instants a capture has lost at most its last second', () =>
  killCaptures(Array.from({ length: kills }, (_, i) => 1_000 + Math.round(2_500 * drawn(i)))))

/** It wants a machine that does nothing else: here it is the times that are asked for. */
test('a live replay, captured as what it replays was, is the same workload, its requests within 20 ms at p99', async () => {
  const folder = temporaryFolder()
  const server = await serveCli()
  const through = async (out: string, use: (url: string) => readonly string[]) => {
    const capture = await captureCli(server.url, join(folder, out))
    const { code, stderr } = await runCli(use(capture.url))
    expect([0, 4], stderr).toContain(code)
    await capture.stop()
    return capture.out
  }
  const first = await through('first', (url) => ['agent', '--url', url, '--agents', '6', '--quiet'])
  const again = await through('again', (url) => [
    ...['replay', '--url', url, '--traces', first, '--preset', 'fixed-schedule', '--quiet'],
    ...['--out', join(folder, 'run')],
  ])
  await server.stop()
  const { stdout } = await runCli(['fidelity', first, again])
  console.log(stdout)
  expect(stdout).toMatch(/^start offsets +kept +.* 20 ms/m)
  expect(stdout).toMatch(/\nfaithful: .*72 requests there, 72 here/)
})

/** From 0 to 1, the same in each run. */
function drawn(i: number): number {
  const x = Math.sin(20_261 + i) * 10_000
  return x - Math.floor(x)
}
