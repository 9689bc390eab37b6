import { printable } from '@reprise/safe-text'
import type { Command, Option } from 'commander'
import { UsageError } from '../terminal/exit-codes.ts'
import { isList } from './is-list.ts'

const repeatable = new WeakSet<object>()

/** The parser of an option that may be given several times: it adds to what it is given. */
export function repeated<Parse extends (text: string, before: never) => unknown>(parse: Parse): Parse {
  repeatable.add(parse)
  return parse
}

/**
 * Has a command and those below it refuse a value that is given twice: commander takes the last one, and of `--rate 1 --rate 2` one would
 * never be measured. Left alone are variadic options, parsers made by `repeated`, and switches, which say the same twice.
 */
export function refuseRepeats(command: Command): void {
  for (const option of command.options.filter(takesOneValue)) refuseSecond(command, option)
  for (const each of command.commands) refuseRepeats(each)
}

/** Whether an option adds up what it is given. */
export function isRepeatable({ variadic, parseArg }: Option): boolean {
  return variadic || (parseArg !== undefined && repeatable.has(parseArg))
}

function takesOneValue(option: Option): boolean {
  return (option.required || option.optional) && !isRepeatable(option)
}

function refuseSecond(command: Command, option: Option): void {
  const given: string[] = []
  command.on(`option:${option.name()}`, (text: string | null) => {
    given.push(text ?? '')
    if (given.length < 2) return
    const [first, second] = given.map((each) => printable(each, 60))
    throw new UsageError(`${option.long} is given twice, as ${first} and as ${second}: ${cureOf(option, given)}`)
  })
}

function cureOf(option: Option, given: readonly string[]): string {
  if (!isList(option)) return 'leave one out'
  return `several go into one, ${option.long} ${given.map((each) => printable(each, 60)).join(',')}`
}
