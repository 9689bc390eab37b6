import { quoted } from '@reprise/config-file'
import { nearest } from '@reprise/config-file/nearest'
import { isJobField, jobFields } from '@reprise/matrix-generator'
import type { ExpressionProblem } from '../expression/expression-error.ts'
import { checkCondition, checkTemplate } from '../expression/template.ts'
import { isSecretName } from '../profile/secret-name.ts'
import type { Finding } from './finding.ts'
import { hasControls } from './has-controls.ts'
import { pinnedAcceptance } from './pinned-acceptance.ts'
import type { CommandSource } from './recipe-source.ts'
import { type Seat, scopeOf } from './seat.ts'

type Path = readonly PropertyKey[]

/** What is wrong with a command, its flags, variables and variants, as one file writes them. */
export function checkCommand(source: CommandSource, seat: Seat): Finding[] {
  const [program, ...words] = source.command ?? []
  const workers = 'workers' in source ? (source.workers ?? []) : []
  return [
    ...workers.flatMap(({ first = [], each }, i) => [
      ...first.flatMap((word, j) => checkText(word, seat, [seat, 'workers', i, 'first', j])),
      ...each.flatMap((word, j) => checkText(word, seat, [seat, 'workers', i, 'each', j])),
    ]),
    ...(program === undefined ? [] : checkProgram(program, [seat, 'command', 0])),
    ...words.flatMap((word, i) => checkText(word, seat, [seat, 'command', i + 1])),
    ...checkFlagsAndEnv(source, seat, [seat]),
    ...(source.when ?? []).flatMap((variant, i) => [
      ...checkMatch(variant, [seat, 'when', i]),
      ...(variant.if === undefined ? [] : checkIf(variant.if, seat, [seat, 'when', i, 'if'])),
      ...checkFlagsAndEnv(variant, seat, [seat, 'when', i]),
    ]),
  ]
}

const shells = /(?:^|\/)(?:ba|da|z|fi|k|c)?sh$|(?:^|[\\/])(?:cmd|powershell|pwsh)(?:\.exe)?$/i

function checkProgram(program: string, path: Path): Finding[] {
  if (program.includes('${')) {
    const message = `the program is ${quoted(program)}`
    return [
      {
        code: 'expression-place',
        path,
        message,
        cure: 'name the program; expressions may stand in the words after it',
      },
    ]
  }
  if (shells.test(program)) {
    const message = `the program is the shell ${quoted(program)}`
    return [
      { code: 'shell', path, message, cure: 'name the server itself, every word an item; variables belong into env' },
    ]
  }
  return checkText(program, 'server', path)
}

function checkFlagsAndEnv(source: Pick<CommandSource, 'flags' | 'env'>, seat: Seat, path: Path): Finding[] {
  return [
    ...Object.entries(source.flags ?? {}).flatMap(([name, value]) => [
      ...checkFlagName(name, [...path, 'flags', name]),
      ...(typeof value === 'string' ? checkText(value, seat, [...path, 'flags', name]) : []),
      ...checkPinned(name, value, [...path, 'flags', name]),
      ...(typeof value === 'string' ? checkSecret(name, [...path, 'flags', name]) : []),
      ...(typeof value === 'number' ? checkNumber(value, [...path, 'flags', name]) : []),
    ]),
    ...Object.entries(source.env ?? {}).flatMap(([name, value]) => [
      ...checkVariableName(name, [...path, 'env', name]),
      ...(value === null ? [] : checkText(value, seat, [...path, 'env', name])),
      ...checkPinned(name, value, [...path, 'env', name]),
      ...(value === null ? [] : checkSecret(name, [...path, 'env', name])),
    ]),
  ]
}

function checkFlagName(name: string, path: Path): Finding[] {
  if (/^--?[A-Za-z][A-Za-z0-9._-]{0,119}$/.test(name)) return []
  const cure = name.startsWith('-')
    ? 'write the flag as the key and its value after the colon'
    : 'write it with its dashes'
  return [{ code: 'flag-name', path, atKey: true, message: `${quoted(name)} is no flag`, cure }]
}

function checkVariableName(name: string, path: Path): Finding[] {
  if (/^REPRISE_/i.test(name)) {
    const cure = 'choose another name: these are how a launch knows its own processes'
    return [{ code: 'env-name', path, atKey: true, message: `${quoted(name)} is reserved`, cure }]
  }
  if (/^[A-Za-z_][A-Za-z0-9_]{0,119}$/.test(name)) return []
  const cure = 'use letters, digits and underscores'
  return [{ code: 'env-name', path, atKey: true, message: `${quoted(name)} is no name of a variable`, cure }]
}

/** A recipe is read by many, and its commands are printed and kept. */
function checkSecret(name: string, path: Path): Finding[] {
  if (!isSecretName(name)) return []
  const message = `${quoted(name)} has the name of a secret, and a recipe is read by many`
  const cure = 'name the variable under secret-env of the profile, and set it where reprise is started'
  return [{ code: 'secret', path, atKey: true, message, cure }]
}

/** One word of a command line, before its expressions are worked out. */
function checkText(text: string, seat: Seat, path: Path): Finding[] {
  if (hasControls(text)) {
    const message = `${quoted(text)} holds a line break or another control character`
    return [{ code: 'control-character', path, message, cure: 'write it in one line' }]
  }
  if (text.length > 4096) {
    return [{ code: 'too-long', path, message: `a word of ${text.length} characters`, cure: 'put it into a file' }]
  }
  const problem = checkTemplate(text, scopeOf(seat))
  return problem === undefined ? checkShellWord(text, path) : [findingOf(problem, path)]
}

function findingOf({ at, ...problem }: ExpressionProblem, path: Path): Finding {
  return { ...problem, path, offset: at }
}

function checkIf(text: string, seat: Seat, path: Path): Finding[] {
  if (text.includes('${')) {
    const message = `the condition is ${quoted(text)}`
    return [{ code: 'expression-syntax', path, message, cure: 'write it alone, as in if: job.conc > 16' }]
  }
  const problem = checkCondition(text, scopeOf(seat))
  return problem === undefined ? [] : [findingOf(problem, path)]
}

/** Whose drafts count as accepted is the same for all who measure a model, and never decided where answers are judged. */
function checkPinned(name: string, value: unknown, path: Path): Finding[] {
  const text = value === null ? '' : String(value)
  const knob = value === null || value === false ? undefined : pinnedAcceptance(name, text)
  if (knob === undefined || text.includes('acceptance-length')) return []
  const cure = `write \${acceptance-length} there, and speculation: { curve: ..., draft-tokens: ... }`
  return [{ code: 'acceptance', path, atKey: true, message: `${knob} has a value of its own`, cure }]
}

/** `$CONC` and `$(nproc)`, as a script has them, would reach the server letter by letter. */
function checkShellWord(text: string, path: Path): Finding[] {
  if (!/\$(?:\(|[A-Za-z_])/.test(text)) return []
  const message = `${quoted(text)} is passed as it is written: no shell reads it`
  const cure = `write the value, or a field of the job such as \${job.conc}`
  return [{ severity: 'warning', code: 'shell-word', path, message, cure }]
}

function checkNumber(value: number, path: Path): Finding[] {
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER && !/e/.test(String(value))) return []
  return [{ code: 'number', path, message: `${quoted(value)} is not exact as a number`, cure: 'put it in quotes' }]
}

type Variant = NonNullable<CommandSource['when']>[number]

function checkMatch({ match, if: condition }: Variant, path: Path): Finding[] {
  const fields = Object.entries(match ?? {})
  if (fields.length === 0 && (match !== undefined || condition === undefined)) {
    const [message, at] = match === undefined ? ['match is missing', path] : ['match is empty', [...path, 'match']]
    const cure = 'name a field, write a condition after if, or write the flags outside when'
    return [{ code: 'match', path: at, atKey: true, message, cure }]
  }
  return fields.flatMap(([field, wanted]) => checkMatchField(field, wanted, [...path, 'match', field]))
}

function checkMatchField(field: string, wanted: unknown, path: Path): Finding[] {
  if (!isJobField(field)) {
    const bare = field.startsWith('job.') && isJobField(field.slice(4)) ? field.slice(4) : undefined
    const guess = bare ?? nearest(field, Object.keys(jobFields))
    const cure =
      guess === undefined ? `fields of a job: ${Object.keys(jobFields).join(', ')}` : `did you mean ${guess}?`
    return [{ code: 'match-field', path, atKey: true, message: `a job has no ${quoted(field)}`, cure }]
  }
  const kind = jobFields[field]
  const all: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted]
  const wrong = all.find((value) => !isOfKind(value, kind))
  if (wrong === undefined) return []
  const allowed = typeof kind === 'string' ? kindNames[kind] : `one of ${kind.join(', ')}`
  return [{ code: 'match-value', path, message: `${field} is never ${quoted(wrong)}`, cure: `write ${allowed}` }]
}

const kindNames = { text: 'text', number: 'a number', boolean: 'true or false' } as const

function isOfKind(value: unknown, kind: (typeof jobFields)[keyof typeof jobFields]): boolean {
  if (kind === 'text') return typeof value === 'string'
  if (kind === 'number' || kind === 'boolean') return typeof value === kind
  return (kind as readonly unknown[]).includes(value)
}
