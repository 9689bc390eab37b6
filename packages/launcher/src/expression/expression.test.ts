import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluate } from './evaluate.ts'
import { type BinaryOperator, type Expression, functionNames, precedences, type Value } from './expression.ts'
import { ExpressionError, type ExpressionProblem } from './expression-error.ts'
import { parseExpression } from './parse-expression.ts'
import { printExpression } from './print-expression.ts'
import { checkTemplate, parseTemplate } from './template.ts'
import { type Scope, type Type, typeOf } from './type-of.ts'

const values: Readonly<Record<string, Value>> = { 'job.conc': 96, 'job.dcp-size': 8, tier: 'dram', on: true }
const types: Readonly<Record<string, Type>> = {
  'job.conc': { kind: 'number' },
  'job.dcp-size': { kind: 'number' },
  tier: { kind: 'text', among: ['none', 'dram', 'ssd'] },
  on: { kind: 'boolean' },
}
const scope: Scope = {
  typeOf: (name, at) => {
    if (Object.hasOwn(types, name)) return types[name]!
    throw new ExpressionError({ code: 'expression', message: `no ${name}`, cure: 'another', at })
  },
}

function worked(text: string): Value {
  const expression = parseExpression(text)
  typeOf(expression, scope)
  return evaluate(expression, (name) => values[name]!)
}

function problemOf(act: () => unknown): ExpressionProblem | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    if (error instanceof ExpressionError) return error.problem
    throw error
  }
}

test.each<[text: string, value: Value]>([
  ['1 + 2 * 3 - 4', 3],
  ['(1 + 2) * 3', 9],
  ['10 - 4 - 3', 3],
  ['48 / 4 / 3', 4],
  ['7 % 4 * 2', 6],
  ['-2 - -3', 1],
  ['0 * -1', 0],
  ['job.conc-1', 95],
  ['job.dcp-size - 1', 7],
  ['2 * job.conc / job.dcp-size', 24],
  ['floor(7 / 2) + ceil(7 / 2) + round(2.5)', 10],
  ['min(3, job.dcp-size, 9) + max(3, job.dcp-size)', 11],
  ["tier == 'dram' and job.conc >= 96", true],
  ["tier != 'none' or on", true],
  ['not on or job.conc < 1', false],
  ['not job.conc == 96', false],
  ['job.conc in [1, 96]', true],
  ["tier in ['none', 'ssd']", false],
  ["if(on, 'it''s', 'b')", "it's"],
  ['if(job.conc == 0, 1 / 0, 5)', 5],
  ['range(4, 13, 4)', [4, 8, 12]],
  ['range(1, 3)', [1, 2, 3]],
  ['union(range(4, 12, 4), [100, 8, 2])', [2, 4, 8, 12, 100]],
  ["join([1, 2], ', ')", '1, 2'],
  ['[1]', [1]],
])('%s', (text, value) => {
  expect(worked(text)).toEqual(value)
})

describe('what is wrong is told at its character, with what to write instead', () => {
  test.each<[text: string, at: number, message: RegExp, cure: RegExp]>([
    ['', 0, /ends too soon/, /write a name/],
    ['1 +', 3, /ends too soon/, /write a name/],
    ['1 2', 2, /"2" is not expected/, /remove it/],
    ['(1 + 2', 6, /ends too soon/, /close the bracket with \)/],
    ['[]', 0, /nothing stands between/, /write a value/],
    ['1 < 2 < 3', 6, /comparison follows/, /and between/],
    ['1 = 2', 2, /"="/, /==/],
    ['on && on', 3, /"&"/, /write and/],
    ['"a"', 0, /"\\""/, /single quotes/],
    ["'a", 0, /"'"/, /second quote/],
    ['2 * not on', 4, /not stands inside/, /parentheses/],
    ['flor(1)', 0, /no function flor/, /did you mean floor\?/],
    ['eval(1)', 0, /no function eval/, /there are if, floor/],
    ['constructor', 0, /no constructor/, /another/],
    ['toString(1)', 0, /no function toString/, /there are/],
    ['floor(1, 2)', 0, /floor takes 1 values/, /write floor\(number\)/],
    ["1 + 'a'", 4, /a text, where a number belongs/, /a number/],
    ['1 + on', 4, /a truth value, where a number/, /a number/],
    ['on and 1', 7, /a number, where a truth value/, /compare it/],
    ['[1] + 1', 0, /a list of numbers, where a number/, /join/],
    ['[1, on]', 4, /a truth value, where a number/, /number/],
    ["if(on, 1, 'a')", 10, /a text, where a number/, /number/],
    ['1 in 2', 5, /a number, where a list of numbers/, /\[1, 2, 4\]/],
    ["tier == 'drem'", 8, /it is never "drem"/, /did you mean 'dram'\?/],
    ["tier in ['none', 'cpu']", 8, /it is never "cpu"/, /one of none, dram, ssd/],
    ['99999999999999999', 0, /not exact/, /9007199254740991/],
    [`${'('.repeat(40)}1${')'.repeat(40)}`, 32, /deeper than 32/, /less/],
  ])('%j', (text, at, message, cure) => {
    expect(problemOf(() => worked(text))).toMatchObject({
      at,
      message: expect.stringMatching(message),
      cure: expect.stringMatching(cure),
    })
  })

  test('an expression without an end', () => {
    const problem = problemOf(() => worked(`1${' + 1'.repeat(600)}`))
    expect(problem).toMatchObject({ at: 2_000, message: expect.stringMatching(/more than 1000 words/) })
  })

  test.each<[text: string, at: number, message: RegExp]>([
    ['1 + 96 / (job.conc - 96)', 7, /96 is divided by zero/],
    ['1 % 0', 2, /divided by zero/],
    ['9007199254740991 + 1', 17, /cannot be written exactly/],
    ['1 / 30000000', 2, /cannot be written exactly/],
    ['range(1, 2049)', 0, /a list of 2049 items, and 2048/],
    ['range(3, 1)', 0, /goes from 3 down to 1/],
    ['range(1, 3, 0)', 0, /goes by 0/],
  ])('%s, only when it is worked out', (text, at, message) => {
    expect(typeOf(parseExpression(text), scope)).toBeDefined()
    expect(problemOf(() => worked(text))).toMatchObject({ at, message: expect.stringMatching(message) })
  })
})

test('a template is text and expressions, and quotes hold braces', () => {
  const { parts } = parseTemplate(`{"a":[\${1 + 1}],"b":"\${'}'}"}`)
  expect(parts.map((part) => (part.kind === 'text' ? part.text : printExpression(part.expression)))).toEqual([
    ...['{"a":[', '1 + 1', '],"b":"', "'}'", '"}'],
  ])
  expect(checkTemplate(`a \${1 + \${2}}`, scope)).toMatchObject({ code: 'expression-syntax', at: 2 })
  expect(checkTemplate(`a \${1 +  nowhere}`, scope)).toMatchObject({ code: 'expression', at: 9 })
})

/** Any expression, of any types: what can be written, whether it makes sense or not. */
const anyExpression: fc.Arbitrary<Expression> = fc.letrec<{ e: Expression }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(fc.nat(), fc.constantFrom(0.5, 2.25), fc.string({ maxLength: 5 }), fc.boolean()).map((value) => {
      return { kind: 'value' as const, value, at: 0 }
    }),
    fc
      .constantFrom('job.conc', 'job.dcp-size', 'tier', 'on', 'a.b-c')
      .map((name) => ({ kind: 'name' as const, name, at: 0 })),
    fc.array(tie('e'), { minLength: 1, maxLength: 3 }).map((items) => ({ kind: 'list' as const, items, at: 0 })),
    fc.tuple(fc.constantFrom('-' as const, 'not' as const), tie('e')).map(([operator, operand]) => {
      return { kind: 'unary' as const, operator, operand, at: 0 }
    }),
    fc
      .tuple(fc.constantFrom(...(Object.keys(precedences) as BinaryOperator[])), tie('e'), tie('e'))
      .map(([operator, left, right]) => ({ kind: 'binary' as const, operator, left, right, at: 0 })),
    fc
      .tuple(fc.constantFrom(...functionNames), fc.array(tie('e'), { minLength: 1, maxLength: 3 }))
      .map(([name, given]) => ({ kind: 'call' as const, name, given, at: 0 })),
  ),
})).e

/** Without offsets, which differ between a text and its print. */
function plain(expression: Expression): unknown {
  return JSON.parse(JSON.stringify(expression, (key, value: unknown) => (key === 'at' ? undefined : value)))
}

test('what is printed is parsed as what it was', () => {
  fc.assert(
    fc.property(anyExpression, (expression) => {
      const text = printExpression(expression)
      expect(plain(parseExpression(text))).toEqual(plain(expression))
      expect(printExpression(parseExpression(text))).toBe(text)
    }),
    { numRuns: 500 },
  )
})

test('whatever stands there, it is worked out or told at a character of the text', () => {
  const words = [
    'job.conc',
    'tier',
    "'dram'",
    '1',
    '0',
    '+',
    '-',
    '*',
    '/',
    '%',
    '==',
    '<',
    'in',
    'and',
    'not',
    '(',
    ')',
  ]
  const text = fc.oneof(
    anyExpression.map(printExpression),
    fc
      .array(fc.constantFrom(...words, '[', ']', ',', 'range', 'if', 'min', 'on'), { maxLength: 12 })
      .map((all) => all.join(' ')),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
  )
  fc.assert(
    fc.property(text, (written) => {
      const problem = problemOf(() => worked(written))
      if (problem === undefined) return
      expect(problem.at).toBeGreaterThanOrEqual(0)
      expect(problem.at).toBeLessThanOrEqual(written.length)
      expect(problem.cure).not.toBe('')
      expect(`${problem.message}${problem.cure}`).not.toMatch(/\p{Cc}/u)
    }),
    { numRuns: 2_000 },
  )
})

test('whatever has a type has a value of that type, or cannot be worked out', () => {
  fc.assert(
    fc.property(anyExpression, (expression) => {
      let type: Type | undefined
      if (problemOf(() => (type = typeOf(expression, scope))) !== undefined || type === undefined) return
      const { kind, isList } = type
      let value: Value | undefined
      if (problemOf(() => (value = evaluate(expression, (name) => values[name]!))) !== undefined) return
      expect(Array.isArray(value)).toBe(isList === true)
      for (const each of [value].flat()) expect(typeof each).toBe(kind === 'text' ? 'string' : kind)
      for (const each of [value].flat()) if (typeof each === 'number') expect(Number.isFinite(each)).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

test('operators bind as they do in JavaScript', () => {
  const number = fc.integer({ min: 0, max: 9 })
  const sum = fc.array(fc.tuple(fc.constantFrom('+', '-', '*', '/', '%'), number), { maxLength: 6 })
  const numbers = fc.tuple(number, sum).map(([first, rest]) => [first, ...rest.flat()].join(' '))
  const comparison = fc
    .tuple(numbers, fc.constantFrom('==', '!=', '<', '<=', '>', '>='), numbers)
    .map((parts) => parts.join(' '))
  const clause = fc.tuple(fc.boolean(), comparison).map(([isNot, text]) => (isNot ? `not ${text}` : text))
  const truth = fc.tuple(clause, fc.array(fc.tuple(fc.constantFrom('and', 'or'), clause), { maxLength: 4 }))
  const text = fc.oneof(
    numbers,
    truth.map(([first, rest]) => [first, ...rest.flat()].join(' ')),
  )
  fc.assert(
    fc.property(text, (written) => {
      const inJavaScript = written
        .replace(/not ((?:(?! and | or ).)*)/g, '!($1)')
        .replaceAll(' and ', ' && ')
        .replaceAll(' or ', ' || ')
      const expected: unknown = runInNewContext(inJavaScript)
      const problem = problemOf(() => expect(worked(written)).toBe(expected === 0 ? 0 : expected))
      if (problem !== undefined) expect(problem.message).toMatch(/divided by zero|written exactly/)
    }),
    { numRuns: 1_000 },
  )
})
