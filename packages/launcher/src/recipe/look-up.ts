import { type FieldValue, isJobField, type JobField, type JobView } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import type { LookUp } from '../expression/evaluate.ts'
import { ExpressionError } from '../expression/expression-error.ts'
import type { RecipeSpeculation } from './recipe.ts'

/** What the expressions of a command stand for. Names that the seat does not know stay absent. */
export interface CommandValues {
  readonly job: JobView
  readonly model: string
  readonly port?: string
  /** Other things that a host finds out: `host`, `port.bootstrap`. */
  readonly atStart?: ReadonlyMap<string, string>
  readonly speculation?: RecipeSpeculation
  readonly url?: string
  readonly out?: string
}

/** Looks names up in the values, and adds the fields of the job that were asked for to `reads`. Throws where there is no value. */
export function lookUpIn(values: CommandValues, reads: Set<JobField>): LookUp {
  return (name, at) => {
    const field = name.startsWith('job.') ? name.slice('job.'.length) : ''
    if (isJobField(field)) reads.add(field)
    const value = isJobField(field) ? values.job.get(field) : ownValueOf(name, values)
    if (value !== undefined) return value
    throw new ExpressionError({ code: 'no-value', ...missing(name, values), at })
  }
}

/** Are the answers of the job's server judged? */
export function evaluates({ job }: Pick<CommandValues, 'job'>): boolean {
  return job.get('run-eval') === true || job.get('eval-only') === true
}

function ownValueOf(name: string, values: CommandValues): FieldValue | undefined {
  switch (name) {
    case 'model':
    case 'port':
    case 'url':
    case 'out':
      return values[name]
    case 'draft-tokens':
      return values.speculation?.draftTokens
    case 'acceptance-length':
      return evaluates(values) ? undefined : values.speculation?.acceptanceLength
    default:
      return values.atStart?.get(name)
  }
}

export const pinnedCure = 'write the setting under when, with match: { run-eval: false }'

function missing(name: string, values: CommandValues): { readonly message: string; readonly cure: string } {
  const shown = `\${${printable(name, 60)}}`
  if (name === 'acceptance-length' && evaluates(values)) {
    return { message: `the job evaluates, and has to verify its drafts: there is no ${shown}`, cure: pinnedCure }
  }
  const isSpeculation = name === 'acceptance-length' || name === 'draft-tokens'
  const whose = isSpeculation ? 'the recipe' : 'the job'
  const message = `${whose} has no ${printable(name, 60).replace(/^job\./, '')}, which ${shown} asks for`
  const cure = isSpeculation
    ? 'write speculation: { curve: ..., draft-tokens: ... }'
    : 'ask for it under when, for the jobs that have it'
  return { message, cure }
}
