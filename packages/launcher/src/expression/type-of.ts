import { quoted } from '@reprise/config-file'
import { nearest } from '@reprise/config-file/nearest'
import type { Expression, FunctionName, Scalar } from './expression.ts'
import { ExpressionError } from './expression-error.ts'

/** What an expression gives. Texts that come from a list of possible ones say which. */
export interface Type {
  readonly kind: 'number' | 'text' | 'boolean'
  readonly isList?: true
  readonly among?: readonly string[]
}

/** What the names of an expression stand for. */
export interface Scope {
  /** @throws ExpressionError for a name that there is not, with what was meant. */
  typeOf(name: string, at: number): Type
}

/**
 * The type of an expression in a scope.
 *
 * @throws ExpressionError where a name is unknown, or a value is of the wrong kind for what is done with it.
 */
export function typeOf(expression: Expression, scope: Scope): Type {
  switch (expression.kind) {
    case 'value':
      return typeOfScalar(expression.value)
    case 'name':
      return scope.typeOf(expression.name, expression.at)
    case 'list':
      return { ...common(expression.items, typesOf(expression.items, scope)), isList: true }
    case 'unary':
      return wanted(expression.operand, scope, expression.operator === '-' ? number : boolean)
    case 'binary':
      return typeOfBinary(expression, scope)
    case 'call':
      return signatures[expression.name](expression, scope)
  }
}

const number: Type = { kind: 'number' }
const boolean: Type = { kind: 'boolean' }
const text: Type = { kind: 'text' }

function typeOfScalar(value: Scalar): Type {
  if (typeof value === 'string') return { kind: 'text', among: [value] }
  return typeof value === 'number' ? number : boolean
}

function typeOfBinary({ operator, left, right }: Extract<Expression, { kind: 'binary' }>, scope: Scope): Type {
  switch (operator) {
    case 'or':
    case 'and':
      wanted(left, scope, boolean)
      return wanted(right, scope, boolean)
    case '==':
    case '!=': {
      const types = typesOf([left, right], scope)
      common([left, right], types)
      refuseNever(left, types[0]!, right, types[1]!)
      return boolean
    }
    case 'in': {
      const [one, list] = typesOf([left, right], scope)
      if (one!.isList) throw mismatch(left, one!, { kind: one!.kind })
      refuseOtherKind(right, list!, { kind: one!.kind, isList: true })
      refuseNever(left, one!, right, list!)
      return boolean
    }
    case '<':
    case '<=':
    case '>':
    case '>=':
      wanted(left, scope, number)
      wanted(right, scope, number)
      return boolean
    default:
      wanted(left, scope, number)
      return wanted(right, scope, number)
  }
}

type Call = Extract<Expression, { kind: 'call' }>

const ofOneNumber = (call: Call, scope: Scope) => {
  counted(call, 1, 1)
  return wanted(call.given[0]!, scope, number)
}
const ofNumbers = (call: Call, scope: Scope) => {
  counted(call, 1, 20)
  for (const each of call.given) wanted(each, scope, number)
  return number
}

const signatures: Readonly<Record<FunctionName, (call: Call, scope: Scope) => Type>> = {
  if: (call, scope) => {
    counted(call, 3, 3)
    const [condition, ...branches] = call.given
    wanted(condition!, scope, boolean)
    const [first, second] = branches.map((branch) => typeOf(branch, scope))
    refuseOtherKind(branches[1]!, second!, first!)
    return union(first!, second!)
  },
  floor: ofOneNumber,
  ceil: ofOneNumber,
  round: ofOneNumber,
  min: ofNumbers,
  max: ofNumbers,
  range: (call, scope) => {
    counted(call, 2, 3)
    for (const each of call.given) wanted(each, scope, number)
    return { kind: 'number', isList: true }
  },
  union: (call, scope) => {
    counted(call, 1, 20)
    for (const each of call.given) wanted(each, scope, { kind: 'number', isList: true })
    return { kind: 'number', isList: true }
  },
  join: (call, scope) => {
    counted(call, 2, 2)
    const [list, between] = call.given
    const type = typeOf(list!, scope)
    refuseOtherKind(list!, type, { kind: type.kind, isList: true })
    wanted(between!, scope, text)
    return text
  },
}

function counted({ name, given, at }: Call, least: number, most: number): void {
  if (given.length >= least && given.length <= most) return
  const count = least === most ? `${least}` : `${least} to ${most}`
  const cure = `write ${usages[name]}`
  throw new ExpressionError({
    code: 'expression',
    message: `${name} takes ${count} values, and not ${given.length}`,
    cure,
    at,
  })
}

const usages: Readonly<Record<FunctionName, string>> = {
  if: 'if(condition, value, other value)',
  floor: 'floor(number)',
  ceil: 'ceil(number)',
  round: 'round(number)',
  min: 'min(number, number)',
  max: 'max(number, number)',
  range: 'range(first, last) or range(first, last, step)',
  union: 'union(list, list)',
  join: "join(list, ',')",
}

/** The type of something that must be of one kind. */
function wanted(expression: Expression, scope: Scope, type: Type): Type {
  refuseOtherKind(expression, typeOf(expression, scope), type)
  return type
}

function typesOf(expressions: readonly Expression[], scope: Scope): Type[] {
  return expressions.map((each) => typeOf(each, scope))
}

/** The one type of several values, none of which is a list. */
function common(expressions: readonly Expression[], types: readonly Type[]): Type {
  for (const [i, each] of expressions.entries()) {
    const type = types[i]!
    if (type.isList) throw mismatch(each, type, { kind: type.kind })
    refuseOtherKind(each, type, types[0]!)
  }
  return types.reduce(union)
}

function union(a: Type, b: Type): Type {
  const { among: _, ...type } = a
  return a.among && b.among ? { ...type, among: [...new Set([...a.among, ...b.among])] } : type
}

function refuseOtherKind(expression: Expression, found: Type, type: Type): void {
  if (found.kind !== type.kind || found.isList !== type.isList) throw mismatch(expression, found, type)
}

function mismatch({ at }: Expression, found: Type, type: Type): ExpressionError {
  const message = `this is ${described(found)}, where ${described(type)} belongs`
  return new ExpressionError({ code: 'expression-type', message, cure: cureOf(found, type), at })
}

function described({ kind, isList }: Type): string {
  if (isList) return kind === 'boolean' ? 'a list of truth values' : `a list of ${kind}s`
  return kind === 'boolean' ? 'a truth value' : `a ${kind}`
}

function cureOf(found: Type, type: Type): string {
  if (type.isList && !found.isList) return 'write a list: [1, 2, 4]'
  if (found.isList) return "make one text of a list with join(list, ',')"
  if (type.kind === 'boolean') return 'compare it: job.conc > 1'
  return type.kind === 'text' ? 'put it in single quotes' : 'name a field that is a number, or write one'
}

/** A text that one side never is: a misspelt value, which would quietly never match. */
function refuseNever(left: Expression, { among: a }: Type, right: Expression, { among: b }: Type): void {
  if (a === undefined || b === undefined) return
  const [fewer, more, { at }] = a.length < b.length ? [a, b, left] : [b, a, right]
  const stranger = fewer.find((each) => !more.includes(each))
  if (stranger === undefined) return
  const guess = nearest(stranger, more)
  const cure = guess === undefined ? `write one of ${more.join(', ')}` : `did you mean '${guess}'?`
  throw new ExpressionError({ code: 'expression-type', message: `it is never ${quoted(stranger)}`, cure, at })
}
