import { ConfigError, type Problem, quoted } from '@reprise/config-file'
import { nearest } from '@reprise/config-file/nearest'
import { printable } from '@reprise/safe-text'
import type { Entry } from '../config/config.ts'
import type { Matrix } from '../read/read-matrix.ts'
import type { EntryFilter } from './flags.ts'
import { globMatcher, isPattern } from './glob.ts'

/**
 * The entries that pass a filter, in file order. A model prefix matches the config key: under compat its first characters (so
 * that `glm5` also takes `glm5.2-...`), else whole parts of it or a pattern.
 */
export function filterEntries(matrix: Matrix, filter: EntryFilter): Entry[] {
  const matchesPrefix = prefixMatcher(filter.modelPrefixes, matrix.compat)
  return matrix.config.entries.filter(
    (entry) =>
      matchesPrefix(entry.key) &&
      isListed(filter.precisions, entry.precision) &&
      isListed(filter.frameworks, entry.framework),
  )
}

/** True if the filter wants entries of that kind: both kinds if it names neither. */
export function wantsNodes({ singleNode = false, multiNode = false }: EntryFilter, isMultiNode: boolean): boolean {
  return singleNode === multiNode || (isMultiNode ? multiNode : singleNode)
}

/** Tells which keys a model prefix would take under compat but does not here. */
export function prefixNotes(matrix: Matrix, prefixes: readonly string[] = []): Problem[] {
  if (matrix.compat) return []
  return prefixes.flatMap((prefix): Problem[] => {
    const takes = prefixMatcher([prefix], false)
    const left = matrix.config.entries.filter(({ key }) => key.startsWith(prefix) && !takes(key))
    if (left.length === 0) return []
    const message = `--model-prefix ${quoted(prefix)} leaves out ${left.length} keys that only begin like it, such as ${left[0]!.key}`
    return [{ severity: 'note', code: 'model-prefix', message, cure: `write ${quoted(`${prefix}*`)} to take them too` }]
  })
}

/**
 * The entries that keys and patterns name, in the order of the keys, each once.
 *
 * @throws ConfigError if a key or pattern names none.
 */
export function resolveKeys(matrix: Matrix, keys: readonly string[]): Entry[] {
  const known = matrix.config.entries
  const found = new Map<string, Entry>()
  const problems: Problem[] = []
  for (const key of keys) {
    const matches = isPattern(key)
      ? known.filter((entry) => globMatcher(key)(entry.key))
      : known.filter((entry) => entry.key === key)
    for (const entry of matches) found.set(entry.key, found.get(entry.key) ?? entry)
    if (matches.length === 0) problems.push(noSuchKey(key, known))
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return [...found.values()]
}

function noSuchKey(key: string, known: readonly Entry[]): Problem {
  const names = known.map((entry) => entry.key)
  const guess = nearest(key, names)
  const choices = printable(
    `${names.slice(0, 5).join(', ')}${names.length > 5 ? `, and ${names.length - 5} more` : ''}`,
    300,
  )
  const cure = guess === undefined ? `the files have ${choices || 'no entries'}` : `did you mean ${guess}?`
  return { severity: 'error', code: 'unknown-config-key', message: `no config key is ${quoted(key)}`, cure }
}

function prefixMatcher(prefixes: readonly string[] | undefined, compat: boolean): (key: string) => boolean {
  if (prefixes === undefined || prefixes.length === 0) return () => true
  const tests = prefixes.map((prefix): ((key: string) => boolean) => {
    if (compat) return (key) => key.startsWith(prefix)
    if (isPattern(prefix)) return globMatcher(prefix)
    return (key) => key === prefix || key.startsWith(prefix.endsWith('-') ? prefix : `${prefix}-`)
  })
  return (key) => tests.some((test) => test(key))
}

function isListed(list: readonly string[] | undefined, value: string): boolean {
  return list === undefined || list.length === 0 || list.includes(value)
}
