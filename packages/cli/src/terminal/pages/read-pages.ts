import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../exit-codes.ts'
import type { Page } from './find-topic.ts'
import { parsePage } from './parse-page.ts'

/** The program is started from the project that it is installed with, and its pages lie there. */
const folder = join(import.meta.dirname, '../../../../../docs')

/** The pages that are installed with the program, the glossary first: most of what is asked for is a word. @throws UsageError where they are not there. */
export function readPages(): Page[] {
  const names = namesIn(folder).toSorted(
    (a, b) => Number(b === 'glossary') - Number(a === 'glossary') || a.localeCompare(b),
  )
  return names.map((name) => ({ name, blocks: parsePage(readFileSync(join(folder, `${name}.md`), 'utf8')) }))
}

function namesIn(place: string): string[] {
  try {
    return readdirSync(place).flatMap((file) => /^([\w-]+)\.md$/.exec(file)?.[1] ?? [])
  } catch {
    throw new UsageError(
      'the pages are not beside this program; read them in docs/ of the project, or ask a command: reprise replay --help',
    )
  }
}
