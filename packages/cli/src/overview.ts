import { Command } from 'commander'
import { type CommandNote, commandNotes } from './options/command-notes.ts'

/** These ask for the program and for none of its commands. */
const askingForAll: ReadonlySet<string> = new Set(['-h', '--help', '-V', '--version'])

/** Whether a command line is answered by the overview. */
export function isAboutAll(argv: readonly string[]): boolean {
  return argv.every((word) => askingForAll.has(word))
}

/** Adds every command as `--help` shows it, and nothing of what it does. */
export function registerOverview(program: Command): void {
  for (const [name, note] of Object.entries(commandNotes)) program.addCommand(shownAs(name, note))
}

function shownAs(name: string, { usage, about }: CommandNote): Command {
  const command = new Command(name).description(about)
  const [first = '', ...rest] = usage.split(' ')
  const hasOptions = first === '[options]'
  if (hasOptions) command.option('--any', '')
  for (const word of hasOptions ? rest : [first, ...rest]) if (word !== '') command.argument(word)
  return command
}
