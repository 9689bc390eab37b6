import { printable } from '@reprise/safe-text'
import { parseDocument, type YAMLParseError, type YAMLWarning } from 'yaml'
import type { Problem } from '../problem.ts'
import { findTooDeep, maxDepth, maxTextLength } from './limits.ts'
import { type Locations, TextSource } from './locations.ts'
import { scalarTags } from './scalar-tags.ts'
import { toValue } from './to-value.ts'

/** One file's name (as messages should show it) and text. */
export interface TextFile {
  readonly file: string
  readonly text: string
}

export interface ParsedYaml {
  /** Plain JSON-like values; a date is a `Date`. Meaningless if `problems` holds an error. */
  readonly value: unknown
  readonly problems: readonly Problem[]
}

/** At most so many syntax errors are worth telling of one file. */
const maxSyntaxErrors = 50

/**
 * The value of a YAML text, read as YAML 1.1 the way PyYAML does, with every problem found and every place noted in
 * `locations`. Never throws, whatever the text: size, nesting and aliases are bounded.
 */
export function parseYaml(
  { file, text }: TextFile,
  locations: Locations,
  options: { readonly duplicateKeys?: 'error' | 'last-wins' } = {},
): ParsedYaml {
  const source = new TextSource(file, text)
  const refusal = refuse(text, source)
  if (refusal !== undefined) return { value: null, problems: [refusal] }
  const document = withoutStacks(() =>
    parseDocument(text, {
      version: '1.1',
      schema: 'failsafe',
      customTags: scalarTags,
      uniqueKeys: false,
      prettyErrors: false,
      // 'silent' would also silence the error about a second document
      logLevel: 'error',
    }),
  )
  const problems = syntaxProblems([...document.errors, ...document.warnings], text, source)
  if (problems.length > 0) return { value: null, problems }
  const duplicateKeys = options.duplicateKeys ?? 'error'
  const value = toValue(document.contents, { source, locations, problems, duplicateKeys })
  return { value, problems }
}

/** The parser makes an `Error` of each mistake; with the stack of each, a text of nothing but mistakes takes it many seconds. */
function withoutStacks<T>(run: () => T): T {
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return run()
  } finally {
    Error.stackTraceLimit = before
  }
}

type ParserError = Pick<YAMLParseError | YAMLWarning, 'code' | 'message' | 'pos'>

/** The first problem of each line: the parser goes on after a mistake and then often stumbles over the same one again. */
function syntaxProblems(errors: readonly ParserError[], text: string, source: TextSource): Problem[] {
  const byLine = new Map<number, Problem>()
  const starts = (code: string) => new Set(errors.filter((error) => error.code === code).map(({ pos }) => pos[0]))
  const [nested, runOn] = [starts('BLOCK_AS_IMPLICIT_KEY'), starts('MULTILINE_IMPLICIT_KEY')]
  for (const { code, message, pos } of errors) {
    // A value that goes on into a line which is indented too far is told twice, where it begins; the mistake is that line.
    const isIndent = nested.has(pos[0]) && runOn.has(pos[0])
    if (isIndent && code === 'BLOCK_AS_IMPLICIT_KEY') continue
    const isTooFar = isIndent && code === 'MULTILINE_IMPLICIT_KEY'
    const place = source.place(isTooFar ? startOfLastLine(text, pos[1]) : pos[0])
    if (byLine.has(place.line)) continue
    const name = `yaml-${code.toLowerCase().replaceAll('_', '-')}`
    const told = isTooFar
      ? { message: 'the line is indented too far, or the one before is no finished value', cure: cures.BAD_INDENT! }
      : { message: messageOf(code, message), ...cureOf(code) }
    byLine.set(place.line, { severity: 'error', code: name, place, ...told })
    if (byLine.size === maxSyntaxErrors) break
  }
  return [...byLine.values()]
}

/** Where the text of the line before `end` begins. */
function startOfLastLine(text: string, end: number): number {
  const lineStart = text.lastIndexOf('\n', end - 1) + 1
  return lineStart + (text.slice(lineStart, end).match(/^\s*/)?.[0].length ?? 0)
}

function refuse(text: string, source: TextSource): Problem | undefined {
  const deepAt = findTooDeep(text)
  if (deepAt !== undefined) {
    return {
      severity: 'error',
      code: 'too-deep',
      place: source.place(deepAt),
      message: `nested deeper than ${maxDepth} levels`,
      cure: 'a master file needs fewer than 10; look for an unclosed bracket',
    }
  }
  const bareReturn = text.search(/\r(?!\n)/)
  if (bareReturn !== -1) {
    return {
      severity: 'error',
      code: 'line-end',
      place: source.place(bareReturn),
      message: 'a carriage return without a line feed',
      cure: 'end lines with LF or CRLF',
    }
  }
  if (text.length <= maxTextLength) return undefined
  return {
    severity: 'error',
    code: 'too-large',
    place: source.place(maxTextLength),
    message: `the file is longer than ${maxTextLength} characters`,
    cure: 'split it into several files; --config-files takes any number',
  }
}

/** What the parser says, but for what is about its own functions and memory. */
function messageOf(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here'
  return code === 'RESOURCE_EXHAUSTION' ? 'nested too deep to be read' : printable(message, 200)
}

function cureOf(code: string): { cure?: string } {
  return Object.hasOwn(cures, code) ? { cure: cures[code]! } : {}
}

const quotes = 'put the text in quotes'

const cures: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'remove the anchor or tag before the alias',
  BAD_ALIAS: `name an anchor after the *, or ${quotes}`,
  BAD_COLLECTION_TYPE: 'remove the tag',
  BAD_DIRECTIVE: 'remove the line, or put it in quotes',
  BAD_DQ_ESCAPE: 'write the backslash twice, or use single quotes',
  BAD_INDENT: 'align the line with its neighbours, or close the bracket that is open',
  BAD_PROP_ORDER: 'write the anchor and the tag right before the value',
  BAD_SCALAR_START: quotes,
  BLOCK_AS_IMPLICIT_KEY: `keep one colon on the line, or ${quotes}`,
  BLOCK_IN_FLOW: 'inside brackets, write lists and mappings with brackets too',
  KEY_OVER_1024_CHARS: 'shorten the key',
  MISSING_CHAR: `close what was opened, or ${quotes}`,
  MULTILINE_IMPLICIT_KEY: `end this line with a comma or a colon, or ${quotes}`,
  MULTIPLE_ANCHORS: 'keep one anchor',
  MULTIPLE_DOCS: 'put one document into one file',
  MULTIPLE_TAGS: 'remove the tags',
  RESOURCE_EXHAUSTION: 'a master file needs fewer than 10 levels; look for an unclosed bracket or quote',
  TAB_AS_INDENT: 'indent with spaces',
  TAG_RESOLVE_FAILED: 'remove the tag',
  UNEXPECTED_TOKEN: `remove it, add what is missing before it, or ${quotes}`,
}
