import { Command } from 'commander'
import { expect, test } from 'vitest'
import { commandsFor } from './commands.ts'
import { isAboutAll } from './overview.ts'

async function helpOf(argv: readonly string[]): Promise<string> {
  const program = new Command('reprise')
  const io = {
    stdout: { write: () => {} },
    stderr: { write: () => {} },
    env: {},
    argv,
    signal: new AbortController().signal,
  }
  const context = { io, setExitCode: () => {}, runCommand: async () => 0 }
  for (const register of await commandsFor(argv)) register(program, context)
  return program.helpInformation()
}

test('the overview, for which no command is loaded, is what all commands show together', async () => {
  const overview = await helpOf(['--help'])
  expect(overview).toContain('simulate [options]')
  expect(overview).toBe(await helpOf(['help', 'lane']))
})

test.each([
  [[], true],
  [['--help'], true],
  [['-V'], true],
  [['simulate', '--help'], false],
  [['help'], false],
  [['--lanes', '3'], false],
])('%j is about all commands: %s', (argv, expected) => {
  expect(isAboutAll(argv)).toBe(expected)
})
