import { printable } from '@reprise/safe-text'
import { type Command, Option } from 'commander'
import { UsageError } from '../terminal/exit-codes.ts'
import { type OtherName, otherCommands, otherNames } from './other-names.ts'

/** Has a program, with all commands of it that are there, answer what other tools call its flags and commands. Help and completion do not show them. */
export function answerOtherNames(program: Command): void {
  answerFlags(program)
  for (const [name, ours] of Object.entries(otherCommands)) {
    if (program.commands.some((each) => each.name() === name)) continue
    program
      .command(name, { hidden: true })
      .allowUnknownOption()
      .allowExcessArguments()
      .helpOption(false)
      .action(() => {
        throw new UsageError(`there is no command ${name} here; write: npx reprise ${ours}`)
      })
  }
}

function answerFlags(command: Command): void {
  const flags = new Set(command.options.flatMap(({ short, long }) => [short, long]))
  for (const row of otherNames) {
    if (!flags.has(row.flag)) continue
    for (const name of row.names) {
      if (flags.has(name)) continue
      flags.add(name)
      answer(command, name, row)
    }
  }
  for (const each of command.commands) answerFlags(each)
}

function answer(command: Command, name: string, { write, example = '', why }: OtherName): void {
  const option = new Option(`${name} [value]`).hideHelp()
  command.addOption(option)
  command.on(`option:${option.name()}`, (value: string | null) => {
    const cure =
      write === undefined ? 'leave it out' : `write ${write.replace('VALUE', () => printable(value ?? example, 60))}`
    throw new UsageError(`there is no ${name} here; ${cure}${why === undefined ? '' : ` (${why})`}`)
  })
}
