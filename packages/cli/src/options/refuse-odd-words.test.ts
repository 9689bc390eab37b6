import { Command } from 'commander'
import { expect, test } from 'vitest'
import { refuseOddWords } from './refuse-odd-words.ts'

function look(...argv: string[]): void {
  const program = new Command()
  program.command('serve').option('--host <address>').option('--lanes <n,...>').option('--conc <n...>')
  refuseOddWords(argv, program)
}

test.each([
  [['serve', '—lanes', '8'], '—lanes begins with the dash of a printed page: write --lanes'],
  [['serve', '–host=x'], '–host=x begins with the dash of a printed page: write --host=x'],
  [['serve', '-host', '0.0.0.0'], '-host has one dash, and flags of several letters have two: write --host'],
  [['serve', '--lanes', '8', '16', '1k'], '--lanes 8 16 1k: several go into one, with commas: --lanes 8,16,1k'],
  [['serve', '--lanes', '8,', '16'], '--lanes 8 16: several go into one, with commas: --lanes 8,16'],
])('%j', (argv, message) => {
  expect(() => look(...argv)).toThrow(message)
})

test.each([
  [['serve', '--host', '— a note']],
  [['serve', '-h', '-x', '-lan', '-5']],
  [['serve', '--lanes', '8', 'runs/16', '16']],
  [['serve', '--conc', '8', '16']],
  [['serve', '--', '—lanes', '-host']],
])('%j is left to the command', (argv) => {
  look(...argv)
})
