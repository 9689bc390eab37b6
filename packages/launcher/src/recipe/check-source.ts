import { quoted } from '@reprise/config-file'
import { checkCommand } from './check-command.ts'
import type { Finding } from './finding.ts'
import { hasControls } from './has-controls.ts'
import type { RecipeSource } from './recipe-source.ts'

type Path = readonly PropertyKey[]

/** What is wrong with one file, recipe or base, that its schema cannot say. */
export function checkSource(source: RecipeSource): Finding[] {
  const { server, prefill, decode, router, evaluation } = source
  return [
    ...misplacedExpressions(source, []),
    ...(['links', 'measured'] as const).flatMap((key) =>
      (source[key] ?? []).flatMap((link, i) => checkLink(link, [key, i])),
    ),
    ...(server ? checkListener(server, 'server') : []),
    ...(server ? checkCommand(server, 'server') : []),
    ...(prefill ? checkCommand(prefill, 'prefill') : []),
    ...(decode ? checkCommand(decode, 'decode') : []),
    ...(router ? [...checkListener(router, 'router'), ...checkCommand(router, 'router')] : []),
    ...(evaluation ? checkCommand(evaluation, 'evaluation') : []),
  ]
}

const expressionKeys = new Set(['command', 'flags', 'env', 'if', 'first', 'each'])

/** Expressions are worked out in commands, flags and variables; anywhere else they would stay as they are written. */
function misplacedExpressions(value: unknown, path: Path): Finding[] {
  if (typeof value === 'string') {
    if (!value.includes('${')) return []
    const cure = 'expressions belong into the items of command, the values of flags and the values of env'
    return [{ code: 'expression-place', path, message: `${quoted(value)} is taken as it is written here`, cure }]
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) =>
    expressionKeys.has(key) ? [] : misplacedExpressions(member, [...path, Array.isArray(value) ? Number(key) : key]),
  )
}

function checkLink(link: string, path: Path): Finding[] {
  if (/^https:\/\/\S+$/.test(link) && URL.parse(link) !== null && !hasControls(link)) return []
  return [{ code: 'link', path, message: `${quoted(link)} is no link`, cure: 'write an address with https://' }]
}

type Listener = NonNullable<RecipeSource['server' | 'router']>

function checkListener(source: Listener, seat: 'server' | 'router'): Finding[] {
  const patterns = source['fatal-patterns'] ?? []
  return [
    ...patterns.flatMap((pattern, i) => checkPattern(pattern, [seat, 'fatal-patterns', i])),
    ...checkPath(source, seat, 'health-path'),
    ...checkPath(source, seat, 'metrics-path'),
  ]
}

function checkPath(source: Listener, seat: 'server' | 'router', key: 'health-path' | 'metrics-path'): Finding[] {
  const { [key]: value } = source
  if (value === undefined || value === null || value.includes('${') || /^\/[\w./?=&%-]{0,199}$/.test(value)) return []
  const message = `${key} is ${quoted(value)}`
  return [{ code: 'url-path', path: [seat, key], message, cure: 'write a path that begins with a slash: /health' }]
}

/** A group that repeats inside a group that repeats takes exponential time on some lines. */
const nestedRepeat = /\([^()]*[+*][^()]*\)[+*{]/

function checkPattern(pattern: string, path: Path): Finding[] {
  const refuse = (message: string, cure: string) => [{ code: 'fatal-pattern', path, message, cure }]
  try {
    new RegExp(pattern, 'u')
  } catch {
    return refuse(
      `${quoted(pattern)} is no regular expression`,
      'escape ( ) [ ] { } with a backslash to mean themselves',
    )
  }
  if (pattern.length > 300 || nestedRepeat.test(pattern)) {
    return refuse(`${quoted(pattern)} could take forever on a long line`, 'name a few words of the line')
  }
  return []
}
