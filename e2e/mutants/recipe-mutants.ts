import type { Mutant } from './mutant.ts'

const expression = 'packages/launcher/src/expression'
const recipe = 'packages/launcher/src/recipe'
const expressionTests = [`${expression}/expression.test.ts`]

/** What a recipe may not bring a server to, and a calculation not to an end. */
export const recipeMutants: readonly Mutant[] = [
  {
    faults: ['recipe'],
    without: 'withholding the acceptance length from jobs that evaluate',
    file: `${recipe}/look-up.ts`,
    edits: [
      [
        'return evaluates(values) ? undefined : values.speculation?.acceptanceLength',
        'return values.speculation?.acceptanceLength',
      ],
    ],
    tests: [`${recipe}/render-command.test.ts`],
    named: 'whose answers are judged',
  },
  {
    faults: ['recipe'],
    without: 'refusing whatever else lets drafts pass unverified',
    file: `${recipe}/resolve-command.ts`,
    edits: [['if (!evaluates(this.#values)) return', 'if (this.#values !== undefined) return']],
    tests: [`${recipe}/render-command.test.ts`],
    named: 'nor through an expression',
  },
  {
    faults: ['recipe'],
    without: 'one acceptance length for all',
    file: `${recipe}/check-command.ts`,
    edits: [
      ["if (knob === undefined || text.includes('acceptance-length')) return []", 'if (text !== undefined) return []'],
    ],
    tests: [`${recipe}/broken-recipes.test.ts`],
    named: 'an acceptance',
  },
  {
    faults: ['recipe'],
    without: 'keeping secrets out of recipes',
    file: `${recipe}/check-command.ts`,
    edits: [['if (!isSecretName(name)) return []', 'if (name !== undefined) return []']],
    tests: [`${recipe}/broken-recipes.test.ts`],
    named: 'a secret in',
  },
  {
    faults: ['recipe'],
    without: 'a router before several workers',
    file: `${recipe}/render-processes.ts`,
    edits: [['if (needsRouter) problems.push(...missingRouter(recipe, job.job))', '']],
    tests: [`${recipe}/render-processes.test.ts`],
  },
  {
    faults: ['recipe'],
    without: 'the sizes of each worker',
    file: `${recipe}/render-processes.ts`,
    edits: [['return new Map([...view, ...own])', 'return new Map([...own, ...view])']],
    tests: [`${recipe}/render-processes.test.ts`],
  },
  {
    faults: ['expression'],
    without: 'refusing to divide by zero',
    file: `${expression}/evaluate.ts`,
    edits: [["if (b === 0 && (operator === '/' || operator === '%')) {", 'if (b !== b) {']],
    tests: expressionTests,
  },
  {
    faults: ['expression'],
    without: 'an end to lists',
    file: `${expression}/evaluate.ts`,
    edits: [['if (count > maxItems) return tooMany(count, at)', '']],
    tests: expressionTests,
    named: 'only when it is worked out',
  },
  {
    faults: ['expression'],
    without: 'an end to nesting',
    file: `${expression}/parse-expression.ts`,
    edits: [['if (this.#depth > maxDepth) {', 'if (this.#depth > maxDepth * 100) {']],
    tests: expressionTests,
  },
  {
    faults: ['expression'],
    without: 'telling a comparison that follows another',
    file: `${expression}/parse-expression.ts`,
    edits: [['this.#refuseSecondComparison(precedence)\n', '\n']],
    tests: expressionTests,
  },
  {
    faults: ['expression'],
    without: 'parentheses where they are needed',
    file: `${expression}/print-expression.ts`,
    edits: [['within(right, own + 1)', 'within(right, own)']],
    tests: expressionTests,
    named: 'what is printed',
  },
  {
    faults: ['expression'],
    without: 'telling a value that a field never has',
    file: `${expression}/type-of.ts`,
    edits: [['if (stranger === undefined) return', 'if (stranger === undefined || more.length > 0) return']],
    tests: expressionTests,
  },
]
