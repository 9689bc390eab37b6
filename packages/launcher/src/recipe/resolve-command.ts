import { ConfigError, type Place, type Problem, quoted } from '@reprise/config-file'
import { type FieldValue, isJobField, type JobField } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import { evaluate } from '../expression/evaluate.ts'
import type { Expression, Value } from '../expression/expression.ts'
import { ExpressionError } from '../expression/expression-error.ts'
import { type Template, textOfValue } from '../expression/template.ts'
import { hasControls } from './has-controls.ts'
import { type CommandValues, evaluates, lookUpIn, pinnedCure } from './look-up.ts'
import { pinnedAcceptance } from './pinned-acceptance.ts'
import type { RecipeCommand, RecipeVariant } from './recipe.ts'

export interface RenderedCommand {
  /** Every word as the program gets it. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** A flag or variable of the final command, and what it comes from. */
export interface ResolvedSetting {
  readonly name: string
  /** Its words; none where it is left out. For a variable, the value alone. */
  readonly words: readonly string[]
  /** As it is written. */
  readonly written: FieldValue
  readonly place?: Place
  /** Absent: it is said of every job. */
  readonly variant?: RecipeVariant
}

export interface ResolvedCommand extends RenderedCommand {
  readonly program: readonly string[]
  readonly flags: readonly ResolvedSetting[]
  readonly variables: readonly ResolvedSetting[]
  /** The fields of the job that the command depends on. */
  readonly reads: ReadonlySet<JobField>
}

/** The final command of these values, with what each word of it comes from. @throws ConfigError at the lines that have no value. */
export function resolveCommand(command: RecipeCommand, values: CommandValues): ResolvedCommand {
  return new Resolution(command, values).resolve()
}

/** Words that belong to no flag. @throws ConfigError at `place` for what has no value */
export function resolveWords(words: readonly Template[], values: CommandValues, place?: Place): string[] {
  const command = { command: words, flags: [], env: {}, when: [], ...(place && { places: { command: place } }) }
  return [...resolveCommand(command, values).argv]
}

type Written = Pick<ResolvedSetting, 'name' | 'place' | 'variant'> & { readonly value: Template | number | boolean }

class Resolution {
  readonly #command: RecipeCommand
  readonly #values: CommandValues
  readonly #reads = new Set<JobField>()
  readonly #problems: Problem[] = []

  constructor(command: RecipeCommand, values: CommandValues) {
    this.#command = command
    this.#values = values
  }

  resolve(): ResolvedCommand {
    const variants = this.#command.when.filter((variant) => this.#applies(variant))
    const program = this.#command.command.map((word, i) => this.#programWord(word, i))
    const flags = this.#layers('flags', variants).map((flag) => resolved(flag, this.#flagWords(flag)))
    const variables = this.#layers('env', variants).map((variable) => resolved(variable, [this.#variable(variable)]))
    if (this.#problems.length === 0) this.#refusePinned([...flags, ...variables])
    if (this.#problems.length > 0) throw new ConfigError(this.#problems)
    return {
      program,
      flags,
      variables,
      argv: [...program, ...flags.flatMap(({ words }) => words)],
      env: Object.fromEntries(variables.map(({ name, words }) => [name, words[0]!])),
      reads: this.#reads,
    }
  }

  /** A variant for other jobs reads nothing of this one. */
  #applies({ match, condition, places }: RecipeVariant): boolean {
    const { job } = this.#values
    const matches = Object.entries(match).every(([field, wanted]) => {
      const value = isJobField(field) ? job.get(field) : undefined
      return value !== undefined && (Array.isArray(wanted) ? wanted.includes(value) : wanted === value)
    })
    if (!matches) return false
    const reads = new Set(Object.keys(match).filter(isJobField))
    if (condition !== undefined && !this.#holds(condition, reads, places?.if)) return false
    for (const field of reads) this.#reads.add(field)
    return true
  }

  /** A condition about what the job has no word about does not hold, as no match does. */
  #holds({ expression }: NonNullable<RecipeVariant['condition']>, reads: Set<JobField>, place?: Place): boolean {
    try {
      return evaluate(expression, lookUpIn(this.#values, reads)) === true
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      const { code, message, cure } = error.problem
      if (code !== 'no-value') this.#refuse(code, message, place, cure)
      return false
    }
  }

  /** What is said of every job, with the variants over it: a name keeps its first position, and the last value counts. */
  #layers(group: 'flags' | 'env', variants: readonly RecipeVariant[]): Written[] {
    const merged = new Map<string, Written>()
    for (const layer of [this.#command, ...variants]) {
      const variant = 'match' in layer ? { variant: layer } : {}
      const settings =
        group === 'flags' ? layer.flags : Object.entries(layer.env).map(([name, value]) => ({ name, value }))
      for (const { name, value } of settings) {
        const place = layer.places?.[name]
        merged.set(name, { name, value, ...(place && { place }), ...variant })
      }
    }
    return [...merged.values()]
  }

  #programWord(word: Template, i: number): string {
    const place = this.#command.places?.command
    const text = this.#text(word, place)
    if (i > 0 && text.startsWith('-') && !word.text.startsWith('-')) {
      this.#refuse('word', `${word.text} is ${quoted(text)}, which the program would take for a flag`, place)
    }
    return text
  }

  #variable({ value, place }: Written): string {
    return typeof value === 'object' ? this.#text(value, place) : String(value)
  }

  /** Two words, but one where the value would be taken for the next flag, and more where it is a list. */
  #flagWords({ name, value: written, place }: Written): string[] {
    const value = typeof written === 'object' ? this.#typed(written, place) : written
    if (value === false) return []
    if (value === true) return [name]
    if (typeof value !== 'object') {
      const text = String(value)
      return text.startsWith('-') ? [`${name}=${text}`] : [name, text]
    }
    const words = value.map(String)
    const dashed = words.find((word) => word.startsWith('-'))
    if (dashed !== undefined) {
      this.#refuse('word', `${name} has ${quoted(dashed)} in its list, which the program would take for a flag`, place)
    }
    return [name, ...words]
  }

  /** An expression alone keeps its type, so that a boolean of the job switches a flag on and off, and a list is several words. */
  #typed(template: Template, place: Place | undefined): Value {
    const [part, ...others] = template.parts
    if (part?.kind !== 'expression' || others.length > 0) return this.#text(template, place)
    const value = this.#value(part.expression, place)
    if (typeof value === 'string') return this.#checked(value, template, place)
    if (typeof value === 'object') for (const each of value) this.#checked(String(each), template, place)
    return value
  }

  #text(template: Template, place: Place | undefined): string {
    const texts = template.parts.map((part) =>
      part.kind === 'text' ? part.text : textOfValue(this.#value(part.expression, place)),
    )
    return this.#checked(texts.join(''), template, place)
  }

  #checked(text: string, { text: written }: Template, place: Place | undefined): string {
    if (hasControls(text) || text.length > maxWordLength) {
      const why = text.length > maxWordLength ? `a word of ${text.length} characters` : quoted(text)
      this.#refuse('word', `${printable(written, 60)} becomes ${why}, which is no word of a command`, place)
    }
    return text
  }

  /** A value that stands for one that is missing comes back beside the problem, so that all problems are told at once. */
  #value(expression: Expression, place: Place | undefined): Value {
    try {
      return evaluate(expression, lookUpIn(this.#values, this.#reads))
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      const { code, message, cure } = error.problem
      this.#refuse(code, message, place, cure)
      return ''
    }
  }

  /** Whatever the expressions were: no server whose answers are judged is told to accept its drafts. */
  #refusePinned(settings: readonly ResolvedSetting[]): void {
    if (!evaluates(this.#values)) return
    for (const { name, words, place } of settings) {
      const knob = words.length === 0 ? undefined : pinnedAcceptance(name, words.join(' '))
      if (knob === undefined) continue
      this.#refuse(
        'acceptance',
        `the job evaluates, and ${knob} would let its drafts pass unverified`,
        place,
        pinnedCure,
      )
    }
  }

  #refuse(code: string, message: string, place: Place | undefined, cure?: string): void {
    this.#problems.push({
      severity: 'error',
      code,
      ...(place && { place }),
      message,
      ...(cure !== undefined && { cure }),
    })
  }
}

const maxWordLength = 8_192

function resolved({ value, ...written }: Written, words: readonly string[]): ResolvedSetting {
  return { ...written, written: typeof value === 'object' ? value.text : value, words }
}
