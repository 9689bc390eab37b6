import { objectionToField, objectionToHeader, type RequestExtras } from '@reprise/replay-engine/endpoint'
import { printable } from '@reprise/safe-text'
import { type Command, InvalidArgumentError } from 'commander'
import { UsageError } from '../terminal/exit-codes.ts'
import { repeated } from './refuse-repeats.ts'

export interface ExtraOptions {
  readonly header?: Readonly<Record<string, string>>
  /** Names of headers, and of the environment's variables that hold their values. */
  readonly headerEnv?: Readonly<Record<string, string>>
  readonly extraBody?: Readonly<Record<string, unknown>>
}

/** Who calls a header so puts a secret into it, and a command line is kept with every run. */
const SECRET = /auth|cookie|token|secret|passw|credential|(^|[-_])key($|[-_])|apikey|signature/i

/** Adds what a user may send beside a run's own headers and fields. */
export function addExtraOptions(command: Command): Command {
  return command
    .option(
      '--header <name: value>',
      'send this header too; may be given several times; no secrets, the command line is kept',
      repeated((text, before: Readonly<Record<string, string>> = {}) => ({ ...before, ...parseHeader(text) })),
    )
    .option(
      '--header-env <name=variable>',
      'send a header whose value is in an environment variable: X-Api-Key=MY_KEY',
      repeated((text, before: Readonly<Record<string, string>> = {}) => ({
        ...before,
        ...parseHeaderEnv('--header-env', text),
      })),
    )
    .option(
      '--extra-body <json>',
      'fields to send in every request beside those of the run: \'{"chat_template_kwargs":{"enable_thinking":false}}\'',
      parseExtraBody,
    )
}

/** @throws UsageError where a variable is not set, or its value cannot be sent. */
export function extrasOf(
  { header = {}, headerEnv = {}, extraBody = {} }: ExtraOptions,
  env: Readonly<Record<string, string | undefined>>,
): RequestExtras {
  return { headers: { ...header, ...headersInEnv('--header-env', headerEnv, env) }, body: extraBody }
}

/** The headers whose values are in variables of the environment. @throws UsageError where one is not set, or its value cannot be sent. */
export function headersInEnv(
  flag: string,
  headerEnv: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const secret = Object.entries(headerEnv).map(([name, variable]) => {
    const value = env[variable]
    if (!value) throw new UsageError(`${flag} ${name}=${printable(variable, 60)}: that variable is not set`)
    const objection = objectionToHeader(name, value)
    if (objection !== undefined) throw new UsageError(`${flag} ${name}: ${objection}`)
    return [name, value] as const
  })
  return Object.fromEntries(secret)
}

function parseHeader(text: string): Record<string, string> {
  const colon = text.indexOf(':')
  // Whatever is mistyped may be secret, and commander's own error would repeat it.
  if (colon < 1) throw new UsageError("--header: write a name, a colon and a value, as in 'X-Team: search'")
  const [name, value] = [text.slice(0, colon).trim(), text.slice(colon + 1).trim()]
  const objection = objectionToHeader(name, value)
  if (objection !== undefined) throw new UsageError(`--header ${printable(name, 60)}: ${objection}`)
  if (/^authorization$/i.test(name))
    throw new UsageError(`--header ${name}: give the key's variable with --api-key-env, or ${inVariable(name)}`)
  if (SECRET.test(name))
    throw new UsageError(`--header ${name} looks like a secret, and the command line is kept: use ${inVariable(name)}`)
  return { [name.toLowerCase()]: value }
}

function inVariable(name: string): string {
  return `--header-env ${name}=VARIABLE`
}

/** @throws UsageError */
export function parseHeaderEnv(flag: string, text: string): Record<string, string> {
  const match = /^([^=\s]+)=([A-Za-z_][A-Za-z0-9_]*)$/.exec(text)
  if (!match) throw new UsageError(`${flag}: write a header and the name of a variable, as in X-Api-Key=MY_KEY`)
  const [, name = '', variable = ''] = match
  const objection = objectionToHeader(name, '')
  if (objection !== undefined) throw new UsageError(`${flag} ${printable(name, 60)}: ${objection}`)
  return { [name.toLowerCase()]: variable }
}

function parseExtraBody(text: string): Record<string, unknown> {
  const body = objectIn(text)
  if (!body) throw new InvalidArgumentError('Write a JSON object: {"top_p": 0.9}.')
  for (const name of Object.keys(body)) {
    const objection = objectionToField(name)
    if (objection !== undefined) throw new InvalidArgumentError(`${objection}.`)
  }
  return body
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
