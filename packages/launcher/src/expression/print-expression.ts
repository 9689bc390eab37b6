import { comparisonPrecedence, type Expression, precedences, type Scalar, unaryPrecedences } from './expression.ts'

/** The expression as text, with no more parentheses than it takes: parsing it gives the same expression. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'value':
      return printScalar(expression.value)
    case 'name':
      return expression.name
    case 'list':
      return `[${expression.items.map(printExpression).join(', ')}]`
    case 'call':
      return `${expression.name}(${expression.given.map(printExpression).join(', ')})`
    case 'unary': {
      const { operator, operand } = expression
      const inner = within(operand, unaryPrecedences[operator])
      return operator === 'not' ? `not ${inner}` : `-${inner}`
    }
    case 'binary': {
      const { operator, left, right } = expression
      const own = precedences[operator]
      // From the left: what stands there may bind as loosely as its operator, but for comparisons, which do not follow one another.
      const least = own === comparisonPrecedence ? own + 1 : own
      return `${within(left, least)} ${operator} ${within(right, own + 1)}`
    }
  }
}

function printScalar(value: Scalar): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)
}

/** In parentheses where it binds more loosely than `least`. */
function within(expression: Expression, least: number): string {
  const text = printExpression(expression)
  return precedenceOf(expression) < least ? `(${text})` : text
}

function precedenceOf(expression: Expression): number {
  if (expression.kind === 'binary') return precedences[expression.operator]
  return expression.kind === 'unary' ? unaryPrecedences[expression.operator] : Number.POSITIVE_INFINITY
}
