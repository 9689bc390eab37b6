import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { standInDocker } from '../../testing/stand-in-docker.fixture.ts'
import { logKeeperSource } from './log-keeper.ts'

/** Runs the keeper to its end, over a client that says so: as it follows, as it is asked for the last words, and of the container's state. */
function keep({ followed = '', tail = '', state = {}, secrets = [] as string[], maxBytes = 1_000_000 }) {
  const { folder } = standInDocker([
    '"logs --follow"*) cat $HERE/followed ;;',
    '"logs --tail"*) cat $HERE/tail ;;',
    '"container inspect"*) cat $HERE/state ;;',
    'info*) echo /no/such/folder ;;',
  ])
  writeFileSync(join(folder, 'followed'), followed)
  writeFileSync(join(folder, 'tail'), tail)
  writeFileSync(join(folder, 'state'), JSON.stringify({ Status: 'exited', Running: false, ExitCode: 0, ...state }))
  const [end, log] = [join(folder, 'end'), join(folder, 'log')]
  const env = { ...process.env, REPRISE_REDACT: JSON.stringify(secrets) }
  execFileSync(process.execPath, ['-e', logKeeperSource, end, log, String(maxBytes), 'c0ffee'], { env })
  return { log: readFileSync(log, 'utf8'), end: JSON.parse(readFileSync(end, 'utf8')) }
}

test('a log that is whole stays as it is', () => {
  expect(keep({ followed: 'one\ntwo\n', tail: 'one\ntwo\n' })).toEqual({ log: 'one\ntwo\n', end: { exitCode: 0 } })
})

test('last words that the client lost are asked for once more, and that is said', () => {
  const { log } = keep({ followed: 'one\n', tail: 'one\ntwo\nError: the reason\n', secrets: ['two'] })
  expect(log).toBe('one\n[reprise: some of this log was lost here]\none\n***\nError: the reason\n')
})

test('of a log beyond its bound both ends are kept, whole lines, and every byte is accounted for', () => {
  const lines = Array.from({ length: 10_000 }, (_, i) => `line ${i + 1}\n`)
  const { log } = keep({ followed: lines.join(''), tail: lines.slice(-400).join(''), maxBytes: 20_000 })
  expect(log.length).toBeLessThan(20_100)
  const [, head, cut, tail] =
    /^((?:line \d+\n)+)\[reprise: (\d+) bytes of this log were cut here\]\n((?:line \d+\n)+)$/.exec(log)!
  expect([head!.startsWith('line 1\n'), tail!.endsWith('line 10000\n')]).toEqual([true, true])
  expect(head!.length + Number(cut) + tail!.length).toBe(lines.join('').length)
  expect(head!.length).toBeGreaterThan(4_900)
  expect(tail!.length).toBeGreaterThan(4_900)
})

test.each([
  [{ ExitCode: 7 }, { exitCode: 7 }],
  [{ ExitCode: 137 }, { signal: 'SIGKILL' }],
  [{ ExitCode: 143 }, { signal: 'SIGTERM' }],
  [
    { ExitCode: 137, OOMKilled: true },
    { signal: 'SIGKILL', cause: expect.stringMatching(/more memory/) },
  ],
  [
    { ExitCode: 128, Error: 'device is gone' },
    { exitCode: 128, cause: 'device is gone' },
  ],
])('the state %j is the end %j', (state, end) => {
  expect(keep({ state }).end).toEqual(end)
})
