import { asksForKey } from '@reprise/replay-engine/endpoint'
import { printable } from '@reprise/safe-text'
import type { Io } from '../terminal/io.ts'
import type { EndpointOptions } from './connect-endpoint.ts'

const variable = 'OPENAI_API_KEY'

/**
 * The options with the key of the variable that clients of OpenAI's API read, where no key is named and the endpoint asks for one; who uses it is told. A
 * server that asks for none never sees it: many have it in their environment for another service.
 */
export async function withKey<Options extends EndpointOptions>(
  options: Options,
  { env, stderr }: Pick<Io, 'env' | 'stderr'>,
): Promise<Options> {
  const apiKey = env[variable]
  if (options.apiKey !== undefined || !apiKey || !(await asksForKey(options))) return options
  const { origin } = new URL(options.url)
  stderr.write(`${printable(origin, 200)} asks for a key, and is given the one in ${variable}\n`)
  return { ...options, apiKey }
}
