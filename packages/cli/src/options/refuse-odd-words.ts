import { printable } from '@reprise/safe-text'
import type { Command } from 'commander'
import { UsageError } from '../terminal/exit-codes.ts'
import { isList } from './is-list.ts'

/** Hyphens, dashes and minus signs of printed pages. */
const printedDash = /^[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]+(?=[a-z])/i

/**
 * @throws UsageError for what commander would take for something else: a flag with the dash of a printed page (`—lanes`), which a word processor
 * has made of two; a flag of the program with one dash (`-host` would be `-h`); and a list with blanks for commas (`--lanes 8 16`).
 */
export function refuseOddWords(argv: readonly string[], program: Command): void {
  const options = optionsOf(program)
  const words = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv
  for (const [i, word] of words.entries()) {
    const shown = printable(word, 60)
    if (printedDash.test(word))
      throw new UsageError(`${shown} begins with the dash of a printed page: write ${shown.replace(printedDash, '--')}`)
    const name = /^-[a-z][a-z0-9-]+(?==|$)/i.exec(word)?.[0]
    if (name !== undefined && options.some(({ long }) => long === `-${name}`))
      throw new UsageError(`${shown} has one dash, and flags of several letters have two: write -${shown}`)
    const loose = looseList(words.slice(i + 1))
    if (loose.length > 1 && options.some((option) => option.long === word && isList(option)))
      throw new UsageError(`${word} ${loose.join(' ')}: several go into one, with commas: ${word} ${loose.join(',')}`)
  }
}

/** Numbers at the head of the words; a comma that stands behind one is none of it. */
function looseList(words: readonly string[]): string[] {
  const end = words.findIndex((word) => !/^\d+(\.\d+)?[kKmM]?,?$/.test(word))
  return words.slice(0, end < 0 ? undefined : end).map((word) => word.replace(/,$/, ''))
}

function optionsOf(command: Command): Command['options'] {
  return [...command.options, ...command.commands.flatMap(optionsOf)]
}
