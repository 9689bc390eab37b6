import { Command } from 'commander'
import { expect, test } from 'vitest'
import { commandsFor } from '../commands.ts'
import { keptContext } from '../terminal/kept-context.fixture.ts'
import { isRepeatable, refuseRepeats, repeated } from './refuse-repeats.ts'

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

test('help says of every option that may be given several times that it may, and they are', async () => {
  const program = new Command()
  const { context } = keptContext()
  for (const register of await commandsFor(['help'])) register(program, context)
  const several = optionsBelow(program).filter(
    ({ description, variadic }) => !variadic && saysSeveral.test(description),
  )
  expect(several.map(({ long }) => long)).toEqual(
    expect.arrayContaining(['--url', '--metrics-url', '--header', '--fail-if']),
  )
  expect(several.filter((option) => !isRepeatable(option)).map(({ long }) => long)).toEqual([])
})

const saysSeveral = /several times|may be given again/

function optionsBelow(command: Command): Command['options'] {
  return [...command.options, ...command.commands.flatMap(optionsBelow)]
}
