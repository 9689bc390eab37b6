import { nearest } from '@reprise/config-file/nearest'
import { printable } from '@reprise/safe-text'
import type { Command } from 'commander'
import { commandNotes } from '../options/command-notes.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { findTopic, type Page, topicNames } from '../terminal/pages/find-topic.ts'
import { readPages } from '../terminal/pages/read-pages.ts'
import { renderPage } from '../terminal/pages/render-page.ts'

/** `reprise help TOPIC`: a command, a page of `docs/`, a section of one, or a word of the glossary. */
export function registerHelp(program: Command, { io }: CommandContext): void {
  program.helpCommand(false)
  program
    .command('help')
    .argument('[topic...]', 'a command, a page, a heading, or a word such as ttft, lane or late-dispatch')
    .description(commandNotes.help.about)
    .action((words: string[]) => {
      if (words.length === 0) {
        program.outputHelp()
        io.stdout.write(`\nPages, sections and words, as in 'reprise help ttft':\n${pagesLine(readPages())}\n`)
        return
      }
      const command = commandAt(program, words)
      if (command) command.outputHelp()
      else io.stdout.write(told(words.join(' '), io))
    })
}

/** Where all the words are a command and those below it. */
function commandAt(program: Command, words: readonly string[]): Command | undefined {
  let at: Command | undefined = program
  for (const word of words) at = at && shownCommands(at).find((each) => each.name() === word)
  return at
}

/** Without those that only answer what other tools call them. */
function shownCommands(command: Command): Command[] {
  return command.createHelp().visibleCommands(command)
}

const widest = 100

/** @throws UsageError where no page says anything of the topic. */
function told(topic: string, { stderr }: Io): string {
  const pages = readPages()
  const found = findTopic(pages, topic)
  if (found.length === 0) {
    const near = nearest(topic, topicNames(pages))
    const meant = near === undefined ? '' : `did you mean ${near}? `
    throw new UsageError(
      `no command or page says what ${printable(topic, 60)} is; ${meant}there are ${pagesLine(pages)}`,
    )
  }
  const columns = Math.min(widest, stderr.columns ?? 80)
  return found.map(({ page, blocks }) => `${renderPage(blocks, columns)}(docs/${page}.md)\n`).join('\n')
}

function pagesLine(pages: readonly Page[]): string {
  return pages.map(({ name }) => name).join(', ')
}
