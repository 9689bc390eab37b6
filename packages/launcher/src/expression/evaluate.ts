import { quoted } from '@reprise/config-file'
import { printable } from '@reprise/safe-text'
import { type Expression, type FunctionName, maxItems, type Scalar, type Value } from './expression.ts'
import { ExpressionError } from './expression-error.ts'
import { isExact } from './is-exact.ts'
import { printExpression } from './print-expression.ts'

/** The value of a name. @throws ExpressionError where there is none */
export type LookUp = (name: string, at: number) => Value

/**
 * What an expression comes to. Always ends: each part is worked out once at most, and lists have no more than `maxItems` members.
 *
 * @throws ExpressionError where something is divided by zero, a number is not exact, or a list is too long; where `typeOf` throws one,
 * what comes is one of these or nonsense.
 */
export function evaluate(expression: Expression, lookUp: LookUp): Value {
  const value = (each: Expression) => evaluate(each, lookUp)
  switch (expression.kind) {
    case 'value':
      return expression.value
    case 'name':
      return lookUp(expression.name, expression.at)
    case 'list':
      return bounded(
        expression.items.map((item) => value(item) as Scalar),
        expression.at,
      )
    case 'unary':
      return expression.operator === 'not'
        ? !value(expression.operand)
        : exact(-(value(expression.operand) as number), expression.at)
    case 'binary':
      return evaluateBinary(expression, value)
    case 'call':
      if (expression.name === 'if') return value(expression.given[value(expression.given[0]!) ? 1 : 2]!)
      return functions[expression.name](expression.given.map(value), expression.at)
  }
}

type Binary = Extract<Expression, { kind: 'binary' }>

function evaluateBinary(binary: Binary, value: (each: Expression) => Value): Value {
  const first = value(binary.left)
  if (binary.operator === 'and') return first && value(binary.right)
  if (binary.operator === 'or') return first || value(binary.right)
  return combine(binary, first, value(binary.right))
}

function combine(binary: Binary, a: Value, b: Value): Value {
  switch (binary.operator) {
    case '==':
      return a === b
    case '!=':
      return a !== b
    case '<':
      return (a as number) < (b as number)
    case '<=':
      return (a as number) <= (b as number)
    case '>':
      return (a as number) > (b as number)
    case '>=':
      return (a as number) >= (b as number)
    case 'in':
      return (b as readonly Scalar[]).includes(a as Scalar)
    default:
      return calculate(binary, a as number, b as number)
  }
}

function calculate(binary: Binary, a: number, b: number): number {
  const { operator, at } = binary
  if (b === 0 && (operator === '/' || operator === '%')) {
    const message = `${quoted(a)} is divided by zero, in ${printable(printExpression(binary), 80)}`
    const cure = `write if(... == 0, other value, ...), or match the jobs that this is for`
    throw new ExpressionError({ code: 'division', message, cure, at })
  }
  switch (operator) {
    case '+':
      return exact(a + b, at)
    case '-':
      return exact(a - b, at)
    case '*':
      return exact(a * b, at)
    case '/':
      return exact(a / b, at)
    default:
      return exact(a % b, at)
  }
}

type Numbers = readonly number[]

const functions: Readonly<Record<Exclude<FunctionName, 'if'>, (given: readonly Value[], at: number) => Value>> = {
  floor: ([a], at) => exact(Math.floor(a as number), at),
  ceil: ([a], at) => exact(Math.ceil(a as number), at),
  round: ([a], at) => exact(Math.round(a as number), at),
  min: (given, at) => exact(Math.min(...(given as Numbers)), at),
  max: (given, at) => exact(Math.max(...(given as Numbers)), at),
  range: ([first, last, step = 1], at) => range(first as number, last as number, step as number, at),
  union: (given, at) => {
    const all = new Set(given.flatMap((list) => list as Numbers))
    return bounded(
      [...all].toSorted((a, b) => a - b),
      at,
    )
  },
  join: ([list, between], at) => {
    const text = (list as readonly Scalar[]).join(between as string)
    return text.length <= maxJoined
      ? text
      : fail(at, `join makes a text of ${text.length} characters`, 'join fewer items')
  },
}

const maxJoined = 16_384

/** `first`, and so on by `step` up to `last`, which is among them where it is met. */
function range(first: number, last: number, step: number, at: number): number[] {
  if (step <= 0) return fail(at, `range goes by ${quoted(step)}`, 'write a step above 0')
  if (last < first)
    return fail(at, `range goes from ${quoted(first)} down to ${quoted(last)}`, 'begin with the smaller number')
  const count = Math.floor((last - first) / step) + 1
  if (count > maxItems) return tooMany(count, at)
  return Array.from({ length: count }, (_, i) => exact(first + i * step, at))
}

function bounded(items: readonly Scalar[], at: number): readonly Scalar[] {
  return items.length > maxItems ? tooMany(items.length, at) : items
}

function tooMany(count: number, at: number): never {
  return fail(at, `a list of ${count} items, and ${maxItems} are the most`, 'take larger steps')
}

/** Without the sign of zero, which nobody writes. */
function exact(value: number, at: number): number {
  if (Number.isNaN(value)) return fail(at, 'the result is no number', 'look at the values that it is made of')
  if (!isExact(value))
    return fail(at, `${quoted(value)} cannot be written exactly`, 'round it with floor(), or use a larger unit')
  return value === 0 ? 0 : value
}

function fail(at: number, message: string, cure: string): never {
  throw new ExpressionError({ code: 'number', message, cure, at })
}
