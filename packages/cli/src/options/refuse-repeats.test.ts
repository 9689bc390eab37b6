import { Command } from 'commander'
import { expect, test } from 'vitest'
import { refuseRepeats, repeated } from './refuse-repeats.ts'

function parse(...words: string[]): object {
  const program = new Command().exitOverride()
  const run = program
    .command('run')
    .option('--rate <x,...>', '')
    .option('--seed <n>', '')
    .option('--ramp [time]', '')
    .option('--conc <n...>', '')
    .option('--quiet', '')
    .option('--no-cache', '')
    .option(
      '--url <url>',
      '',
      repeated((text, before: readonly string[] = []) => [...before, text]),
    )
    .action(() => {})
  refuseRepeats(program)
  program.parse(['run', ...words], { from: 'user' })
  return run.opts()
}

test.each([
  [['--rate', '1', '--rate', '2'], '--rate is given twice, as 1 and as 2: several go into one, --rate 1,2'],
  [['--seed', '1', '--quiet', '--seed=1'], '--seed is given twice, as 1 and as 1: leave one out'],
  [['--ramp', '--ramp', '5m'], '--ramp is given twice'],
])('%j is refused, not the last one taken', (words, message) => {
  expect(() => parse(...words)).toThrow(message)
})

test('what adds up, and what says the same twice, may be given again', () => {
  const words = ['--url', 'a', '--url', 'b', '--conc', '1', '2', '--conc', '3', '--quiet', '--quiet', '--no-cache']
  expect(parse(...words, '--no-cache', '--seed', '1')).toEqual({
    url: ['a', 'b'],
    conc: ['1', '2', '3'],
    quiet: true,
    cache: false,
    seed: '1',
  })
})
