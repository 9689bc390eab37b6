import { CommanderError } from 'commander'
import { expect, test } from 'vitest'
import { exitCodeOf, UsageError } from './exit-codes.ts'

const named = (name: string) => Object.assign(new Error('m'), { name })

test.each([
  [new UsageError('m'), 2],
  [named('TraceError'), 2],
  [named('EndpointError'), 3],
  [named('LaunchError'), 3],
  [new RangeError('m'), 70],
  ['no error at all', 70],
  [named('constructor'), 70],
  [new CommanderError(1, 'commander.unknownOption', 'm'), 2],
  [new CommanderError(0, 'commander.help', 'm'), 0],
])('%o', (error, code) => {
  expect(exitCodeOf(error)).toBe(code)
})
