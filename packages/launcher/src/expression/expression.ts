/**
 * A calculation over the fields of a job, parsed. The language has numbers, texts, truth values, flat lists and conditions, and neither
 * loops nor definitions: whatever it says is worked out in a bounded number of steps. `at` is the offset in the text that holds it.
 */
export type Expression =
  | { readonly kind: 'value'; readonly value: Scalar; readonly at: number }
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | { readonly kind: 'list'; readonly items: readonly Expression[]; readonly at: number }
  | { readonly kind: 'unary'; readonly operator: '-' | 'not'; readonly operand: Expression; readonly at: number }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
      readonly at: number
    }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly given: readonly Expression[]; readonly at: number }

export type Scalar = number | string | boolean
/** Lists hold one kind of scalar and are never empty. */
export type Value = Scalar | readonly Scalar[]

export type BinaryOperator = keyof typeof precedences

/** How tightly an operator binds; those of one level are taken from the left, but comparisons, which do not follow one another. */
export const precedences = {
  or: 1,
  and: 2,
  '==': 4,
  '!=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  in: 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
} as const

/** `not` binds more tightly than `and`, and less so than a comparison; a minus before a value more tightly than all. */
export const unaryPrecedences = { not: 3, '-': 7 } as const
export const comparisonPrecedence = 4

export const functionNames = ['if', 'floor', 'ceil', 'round', 'min', 'max', 'range', 'union', 'join'] as const
export type FunctionName = (typeof functionNames)[number]

/** What an expression may not exceed. */
export const maxDepth = 32
export const maxItems = 2_048
