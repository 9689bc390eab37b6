import { ConfigError, type Place, type Problem, quoted } from '@reprise/config-file'
import { type FieldValue, isJobField, type JobField, type JobView } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import { type Part, splitExpressions } from './expression.ts'
import { hasControls } from './has-controls.ts'
import type { RecipeCommand, RecipeVariant } from './recipe.ts'

/** What the expressions of a command stand for. Names that the seat does not know stay absent. */
export interface CommandValues {
  readonly job: JobView
  readonly model: string
  readonly port?: string
  readonly acceptanceLength?: number
  readonly url?: string
  readonly out?: string
}

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
  readonly variant?: RecipeVariant['match']
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

type Written = Pick<ResolvedSetting, 'name' | 'written' | 'place' | 'variant'>

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
    const variants = this.#command.when.filter((variant) => this.#matches(variant))
    for (const { match } of variants) for (const field of Object.keys(match)) this.#reads.add(field as JobField)
    const program = this.#command.command.map((word, i) => this.#programWord(word, i))
    const flags = this.#layers('flags', variants).map((flag) => ({ ...flag, words: this.#flagWords(flag) }))
    const variables = this.#layers('env', variants).map((variable) => {
      return { ...variable, words: [this.#text(String(variable.written), variable.place)] }
    })
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

  #matches({ match }: RecipeVariant): boolean {
    return Object.entries(match).every(([field, wanted]) => {
      const value = isJobField(field) ? this.#values.job.get(field) : undefined
      return value !== undefined && (Array.isArray(wanted) ? wanted.includes(value) : wanted === value)
    })
  }

  /** What is said of every job, with the variants over it: a name keeps its first position, and the last value counts. */
  #layers(group: 'flags' | 'env', variants: readonly RecipeVariant[]): Written[] {
    const merged = new Map<string, Written>()
    for (const layer of [this.#command, ...variants]) {
      const variant = 'match' in layer ? { variant: layer.match } : {}
      const settings =
        group === 'flags' ? layer.flags : Object.entries(layer.env).map(([name, value]) => ({ name, value }))
      for (const { name, value } of settings) {
        const place = layer.places?.[name]
        merged.set(name, { name, written: value, ...(place && { place }), ...variant })
      }
    }
    return [...merged.values()]
  }

  #programWord(word: string, i: number): string {
    const place = this.#command.places?.command
    const text = this.#text(word, place)
    if (i > 0 && text.startsWith('-') && !word.startsWith('-')) {
      this.#refuse('word', `${word} is ${quoted(text)}, which the program would take for a flag`, place)
    }
    return text
  }

  /** Two words, but one where the value would be taken for the next flag. */
  #flagWords({ name, written, place }: Written): string[] {
    const value = typeof written === 'string' ? this.#typed(written, place) : written
    if (value === false) return []
    if (value === true) return [name]
    const text = String(value)
    return text.startsWith('-') ? [`${name}=${text}`] : [name, text]
  }

  /** An expression alone keeps its type, so that a boolean of the job switches a flag on and off. */
  #typed(written: string, place: Place | undefined): FieldValue {
    const parts = splitExpressions(written)
    const [first] = parts
    if (parts.length !== 1 || first?.kind !== 'name') return this.#text(written, place)
    const value = this.#lookUp(first.name, place)
    return typeof value === 'string' ? this.#checked(value, written, place) : value
  }

  #text(written: string, place: Place | undefined): string {
    const text = splitExpressions(written)
      .map((part) => this.#part(part, place))
      .join('')
    return this.#checked(text, written, place)
  }

  #checked(text: string, written: string, place: Place | undefined): string {
    if (hasControls(text) || text.length > 8192) {
      this.#refuse('word', `${printable(written, 60)} becomes ${quoted(text)}, which is no word of a command`, place)
    }
    return text
  }

  #part(part: Part, place: Place | undefined): string {
    return part.kind === 'text' ? part.text : String(this.#lookUp(part.name, place))
  }

  #lookUp(name: string, place: Place | undefined): FieldValue {
    const value = this.#valueOf(name)
    if (value !== undefined) return value
    const message = `the job has no ${printable(name.replace(/^job\./, ''), 60)}, which \${${printable(name, 60)}} asks for`
    this.#refuse('no-value', message, place, 'ask for it under when, for the jobs that have it')
    return ''
  }

  #valueOf(name: string): FieldValue | undefined {
    const { job, model, port, acceptanceLength, url, out } = this.#values
    if (!name.startsWith('job.')) {
      return new Map(Object.entries({ model, port, url, out, 'acceptance-length': acceptanceLength })).get(name)
    }
    const field = name.slice('job.'.length)
    if (!isJobField(field)) return undefined
    this.#reads.add(field)
    return job.get(field)
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
