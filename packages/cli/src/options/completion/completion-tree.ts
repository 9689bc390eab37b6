import type { Command, Option } from 'commander'

/** What stands behind a word of a command line. */
export type Completed =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'files' }
  | { readonly kind: 'words'; readonly words: readonly string[] }

export interface CompletedWord {
  readonly word: string
  /** In a few words. */
  readonly about: string
}

export interface CompletedFlag extends CompletedWord {
  /** What its value may be; absent: it has none. */
  readonly value?: Completed
}

/** A command: what may be typed behind it. */
export interface CompletedCommand {
  /** As in `trace stats`; empty: the program. */
  readonly path: string
  readonly commands: readonly CompletedWord[]
  readonly flags: readonly CompletedFlag[]
  readonly operands: Completed
}

/** The commands of a program, itself first, with what their help shows. */
export function completionTree(program: Command, path = ''): CompletedCommand[] {
  const help = program.createHelp()
  const below = help.visibleCommands(program).filter((each) => program.commands.includes(each))
  const named = below.map((each) => ({ word: each.name(), about: briefly(each.description()) }))
  const flags = help.visibleOptions(program).flatMap((option) => (option.long ? [flagOf(option, option.long)] : []))
  const tree = below.flatMap((each) => completionTree(each, path === '' ? each.name() : `${path} ${each.name()}`))
  return [{ path, commands: named, flags, operands: operandsOf(program) }, ...tree]
}

function flagOf(option: Option, word: string): CompletedFlag {
  const value = option.required || option.optional ? { value: completedValue(option) } : {}
  return { word, about: briefly(option.description), ...value }
}

function completedValue({ argChoices, flags }: Option): Completed {
  return argChoices ? { kind: 'words', words: argChoices } : placeOr(/[<[](.*)[>\]]/.exec(flags)?.[1] ?? '')
}

function operandsOf({ registeredArguments }: Command): Completed {
  const [first] = registeredArguments
  if (!first) return { kind: 'nothing' }
  return first.argChoices ? { kind: 'words', words: first.argChoices } : placeOr(first.name())
}

/** Files, where the name of a value says that it is one. */
function placeOr(name: string): Completed {
  return { kind: /^(file|folder|path|run|captured|a|b|sweep|before|after|index)\b/.test(name) ? 'files' : 'nothing' }
}

const mostLetters = 70

/** The first clause, on one line. */
function briefly(text: string): string {
  const [clause = ''] = text.split(/; |: |\. |\.$/)
  return clause.length > mostLetters ? `${clause.slice(0, mostLetters - 3).trimEnd()}...` : clause
}
