import { parse } from 'yaml'

/** Of an `action.yml`, what its README shows. */
export interface ActionMetadata {
  readonly name: string
  readonly description: string
  readonly inputs?: Readonly<Record<string, ActionInput>>
  readonly outputs?: Readonly<Record<string, { readonly description: string }>>
  readonly runs: Readonly<Record<string, string>>
}

export interface ActionInput {
  readonly description: string
  readonly required?: boolean
  readonly default?: string
}

export const begin = '<!-- begin: made from action.yml by npm run build:actions -->'
export const end = '<!-- end -->'

/** The page, with the tables of inputs and outputs between its markers as `action.yml` has them; everything else as it was. */
export function renderReadme(page: string, actionYaml: string): string {
  const [head, rest] = page.split(begin)
  const tail = rest?.split(end)[1]
  if (tail === undefined) throw new Error(`a README of an action needs the lines ${begin} and ${end}`)
  const { inputs = {}, outputs = {} } = parse(actionYaml) as ActionMetadata
  return `${head}${begin}\n${inputTable(inputs)}${outputTable(outputs)}${end}${tail}`
}

function inputTable(inputs: Readonly<Record<string, ActionInput>>): string {
  const rows = Object.entries(inputs).map(([name, { description, required, default: value }]) => {
    const state = required ? 'required' : value === undefined ? '' : `\`${value}\``
    return `| \`${name}\` | ${cell(description)} | ${state} |`
  })
  return rows.length === 0 ? '' : `\n| input | | default |\n| --- | --- | --- |\n${rows.join('\n')}\n`
}

function outputTable(outputs: Readonly<Record<string, { readonly description: string }>>): string {
  const rows = Object.entries(outputs).map(([name, { description }]) => `| \`${name}\` | ${cell(description)} |`)
  return rows.length === 0 ? '\n' : `\n| output | |\n| --- | --- |\n${rows.join('\n')}\n\n`
}

function cell(text: string): string {
  return text
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
}
