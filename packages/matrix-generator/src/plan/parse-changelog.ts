import {
  ConfigError,
  hasErrors,
  inFileOrder,
  Locations,
  type Place,
  type Problem,
  parseYaml,
  type TextFile,
} from '@reprise/config-file'
import { printable } from '@reprise/safe-text'
import { canonicalJson } from '../job/canonical-json.ts'
import { asList } from '../rules/unchecked.ts'
import { ChangelogEntry } from '../schema/changelog.ts'
import { masterProblems } from '../schema/master-problems.ts'

/** An entry that was added to the changelog, and where it stands. */
export interface AddedEntry {
  readonly entry: ChangelogEntry
  readonly place: Place
}

/**
 * The entries that a changelog has at its end beside those it had before. The log is append-only: what was there has to be there
 * still, line by line.
 *
 * @throws ConfigError with every problem: history that was changed (at the first line that differs), an entry that breaks the
 *   schema, evaluation fields beside `append-only`, an `append-only` entry beside others.
 */
export function parseChangelog(baseText: string, head: TextFile): AddedEntry[] {
  const problems: Problem[] = []
  const lost = firstLostLine(baseText, head)
  if (lost !== undefined) throw new ConfigError([lost])
  const locations = new Locations()
  const parsed = parseYaml(head, locations)
  const base = parseYaml({ file: head.file, text: baseText }, new Locations())
  problems.push(...parsed.problems)
  // A log that could not be read before has no entries that could be told from new ones.
  if (!hasErrors(problems) && hasErrors(base.problems)) problems.push(unreadableBefore(head.file))
  if (hasErrors(problems)) throw new ConfigError(problems)
  if (parsed.value !== null && !Array.isArray(parsed.value)) throw new ConfigError([notAList(head.file)])
  const root = asList(parsed.value)
  const before = asList(base.value)
  const changed = before.findIndex((value, i) => canonicalJson(value) !== canonicalJson(root[i]))
  if (changed !== -1) {
    const place = locations.place(root, [changed]) ?? { file: head.file, line: 1, column: 1 }
    throw new ConfigError([rewritten(place, 'a new line changes this entry, which was there before')])
  }
  const added = root.slice(before.length).flatMap((value, i): AddedEntry[] => {
    const index = before.length + i
    const place = locations.place(root, [index]) ?? { file: head.file, line: 1, column: 1 }
    const entry = ChangelogEntry.safeParse(value)
    if (entry.success) return [{ entry: entry.data, place }]
    problems.push(...masterProblems(entry.error.issues, { root, path: [index], locations, file: head.file }))
    return []
  })
  problems.push(...checkAppendOnly(added))
  if (problems.length > 0) throw new ConfigError(inFileOrder(problems))
  return added
}

/** The first line of the old text that the new one does not go on with; blank lines and blanks at line ends do not count. */
function firstLostLine(baseText: string, { file, text }: TextFile): Problem | undefined {
  const after = filledLines(text)
  const before = filledLines(baseText)
  const i = before.findIndex((line, at) => line.content !== after[at]?.content)
  if (i === -1) return undefined
  const message = `the line was ${JSON.stringify(printable(before[i]!.content, 80))} before; the changelog is append-only`
  return rewritten({ file, line: after[i]?.line ?? text.trimEnd().split('\n').length, column: 1 }, message)
}

function filledLines(text: string): { readonly content: string; readonly line: number }[] {
  return text
    .split('\n')
    .map((content, i) => ({ content: content.trimEnd(), line: i + 1 }))
    .filter(({ content }) => content !== '')
}

function rewritten(place: Place, message: string): Problem {
  const cure = 'put it back, and write new entries at the end'
  return { severity: 'error', code: 'changelog-rewritten', place, message, cure }
}

function unreadableBefore(file: string): Problem {
  const place = { file, line: 1, column: 1 }
  const message = 'the changelog could not be read before this change, so what is new in it is unknown'
  return { severity: 'error', code: 'changelog-form', place, message, cure: 'mend it first, in a change of its own' }
}

function notAList(file: string): Problem {
  const message = 'the changelog is not a list of entries'
  return {
    severity: 'error',
    code: 'changelog-form',
    place: { file, line: 1, column: 1 },
    message,
    cure: 'write - config-keys: [...]',
  }
}

function checkAppendOnly(added: readonly AddedEntry[]): Problem[] {
  const appending = added.filter(({ entry }) => entry['append-only'])
  if (appending.length === 0) return []
  const withEvaluations = appending
    .filter(({ entry }) => entry['evals-only'] || entry['all-evals'] || entry['eval-min-prefill-ep'])
    .map(({ place }) => problem(place, 'append-only beside fields about evaluations', 'keep one of the two kinds'))
  const others = added
    .filter(({ entry }) => !entry['append-only'])
    .map(({ place }) =>
      problem(place, 'a regular entry is added together with an append-only one', 'add them in two changes'),
    )
  return [...withEvaluations, ...others]
}

function problem(place: Place, message: string, cure: string): Problem {
  return { severity: 'error', code: 'append-only', place, message, cure }
}
