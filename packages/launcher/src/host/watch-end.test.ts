import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scratchFolder } from '../testing/launch-plan.fixture.ts'
import { readEnd } from './watch-end.ts'

const endFile = () => join(scratchFolder(), 'server.log.end')

test('what a keeper wrote, and nothing before it has', () => {
  const file = endFile()
  expect(readEnd(file)).toBeUndefined()
  writeFileSync(file, '{"exitCode":3}')
  expect(readEnd(file)).toEqual({ exitCode: 3 })
})

test.runIf(process.platform === 'linux').each<[string, (file: string) => void]>([
  ['a pipe that nobody writes to', (file) => spawnSync('mkfifo', [file])],
  ['a link to what never ends', (file) => symlinkSync('/dev/zero', file)],
  ['a link to nowhere', (file) => symlinkSync('/nowhere/at/all', file)],
  ['a folder', (file) => mkdirSync(file)],
  [
    'a terabyte',
    (file) => {
      writeFileSync(file, '')
      truncateSync(file, 2 ** 40)
    },
  ],
  ['words', (file) => writeFileSync(file, 'boom')],
])('%s, which a server put there: it has ended, nobody can say how', (_, put) => {
  const file = endFile()
  put(file)
  expect(readEnd(file)).toEqual({})
})
